'use client';

import { useId, useState, type FormEvent } from 'react';
import { go, registerPath, roomPath, signInPath } from '@/client/paths';
import { accesses, policyOf, type RoomAccess } from '@/client/room/access-choice';
import { useCreateRoom } from '@/client/room/use-rooms';
import { callErrorOf } from '@/client/trpc';
import { Button, LinkButton } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';

type Props = {
  onClose(): void;
  /** Whether this Foyer lets a visitor make rooms, when it is one. */
  mayCreate: boolean;
};

export function NewRoomDialog({ onClose, mayCreate }: Props) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New room">
      {mayCreate ? <NewRoomForm onDone={onClose} /> : <NeedsAccount />}
    </Dialog>
  );
}

const NeedsAccount = () => (
  <>
    <p className="mb-4 text-md text-soft">Visitors cannot make rooms here. Sign in, or create an account.</p>
    <div className="flex flex-wrap gap-2">
      <LinkButton look="primary" href={registerPath}>
        Create an account
      </LinkButton>
      <LinkButton href={signInPath()}>Sign in</LinkButton>
    </div>
  </>
);

function NewRoomForm({ onDone }: { onDone(): void }) {
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [access, setAccess] = useState<RoomAccess>('write');
  const create = useCreateRoom();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name, topic, ...policyOf(access) },
      {
        onSuccess(room) {
          onDone();
          go(roomPath(room));
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        id={`${id}-name`}
        label="Name"
        value={name}
        autoFocus
        maxLength={80}
        onChange={(event) => setName(event.target.value)}
        error={create.error ? callErrorOf(create.error).message : null}
      />
      <Field
        id={`${id}-topic`}
        label="Topic (optional)"
        value={topic}
        maxLength={500}
        onChange={(event) => setTopic(event.target.value)}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">Who may come in</legend>
        <div className="space-y-1">
          {accesses.map(({ value, label, hint }) => (
            <label
              key={value}
              className="flex cursor-pointer items-start gap-3 rounded-lg px-3 py-2 hover:bg-hover has-checked:bg-accent-soft"
            >
              <input
                type="radio"
                name={`${id}-access`}
                value={value}
                checked={access === value}
                onChange={() => setAccess(value)}
                className="mt-1 accent-accent"
              />
              <span>
                <span className="block text-md font-medium">{label}</span>
                <span className="block text-sm text-soft">{hint}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={create.isPending || name.trim().length < 2}>
          Make room
        </Button>
      </div>
    </form>
  );
}
