'use client';

import { useId, useState } from 'react';
import { go, roomPath } from '@/client/paths';
import { accesses, accessOf, policyOf, type RoomAccess } from '@/client/room/access-choice';
import type { RoomSectionProps } from '@/client/room/room-section';
import { useArchiveRoom, useUpdateRoom } from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Choice } from '@/client/ui/choice';
import { ConfirmDialog, type Question } from '@/client/ui/confirm-dialog';
import { Field } from '@/client/ui/field';
import { topicMaxChars } from '@/shared/limits';

/** What a room is called, where it stands, who may come in, and its end. */
export function SettingsSection({ room, onDone }: RoomSectionProps) {
  const [name, setName] = useState(room.name);
  const [topic, setTopic] = useState(room.topic);
  const [slug, setSlug] = useState(room.slug);
  const [access, setAccess] = useState<RoomAccess>(accessOf(room));
  const [question, setQuestion] = useState<Question | null>(null);
  const update = useUpdateRoom(room.id);
  const archive = useArchiveRoom(room.id);
  const id = useId();
  const isOwner = room.may.includes('policy');
  const isArchived = room.archivedAt !== null;
  const changed = {
    ...(name.trim() !== room.name && { name }),
    ...(topic.trim() !== room.topic && { topic }),
    ...(slug !== room.slug && { slug }),
    ...(access !== accessOf(room) && policyOf(access)),
  };
  const archiveRoom = () =>
    setQuestion({
      title: isArchived ? `Open ${room.name} again?` : `Archive ${room.name}?`,
      text: isArchived
        ? 'It comes back into everybody’s lists and can be written in.'
        : 'It leaves everybody’s lists. It can be read, but nobody can write in it until you open it again.',
      verb: isArchived ? 'Open again' : 'Archive',
      isDangerous: !isArchived,
      async onConfirm() {
        await archive.mutateAsync(!isArchived);
        onDone();
      },
    });
  return (
    <form
      aria-label="Settings"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(changed, {
          onSuccess(changedRoom) {
            if (changedRoom.slug !== room.slug) go(roomPath(changedRoom), 'replace');
            onDone();
          },
        });
      }}
    >
      <Field
        id={`${id}-name`}
        label="Name"
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        id={`${id}-topic`}
        label="Topic"
        value={topic}
        maxLength={topicMaxChars}
        onChange={(event) => setTopic(event.target.value)}
      />
      {isOwner && (
        <>
          <Field
            id={`${id}-slug`}
            label="Address (old ones keep working)"
            value={slug}
            maxLength={60}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => setSlug(event.target.value.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-'))}
          />
          <Choice
            id={`${id}-access`}
            label="Who may come in"
            options={accesses.map(({ value, label, hint }) => ({ value, label: `${label}: ${hint}` }))}
            value={access}
            onChange={(event) => setAccess(event.target.value as RoomAccess)}
          />
        </>
      )}
      {update.error && (
        <p role="alert" className="text-sm text-red">
          {callErrorOf(update.error).message}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {room.may.includes('archive') && (
          <Button className="mr-auto text-red" onClick={archiveRoom}>
            {isArchived ? 'Open again' : 'Archive'}
          </Button>
        )}
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button
          look="primary"
          type="submit"
          disabled={update.isPending || name.trim().length < 2 || Object.keys(changed).length === 0}
        >
          Save
        </Button>
      </div>
      <ConfirmDialog
        question={question}
        onClose={() => setQuestion(null)}
        wordsOf={(cause) => callErrorOf(cause).message}
      />
    </form>
  );
}
