'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Choice } from '@/client/ui/choice';
import { Dialog } from '@/client/ui/dialog';
import { Segmented } from '@/client/ui/segmented';
import type { PersonView } from '@/shared/user';

const minute = 60_000;
const mutes = [
  { value: 10 * minute, label: '10 minutes' },
  { value: 60 * minute, label: '1 hour' },
  { value: 24 * 60 * minute, label: '1 day' },
  { value: 7 * 24 * 60 * minute, label: '1 week' },
  { value: 0, label: 'Not any more' },
];
const purges = [
  { value: 0, label: 'Stay' },
  { value: 1, label: 'Of the last hour are deleted' },
  { value: 24, label: 'Of the last day are deleted' },
  { value: 7 * 24, label: 'Of the last week are deleted' },
];
const networkBanHours = 24;

type Props = { roomId: string; person: PersonView; isBan?: boolean; onClose(): void };

/** What a moderator can do about a person: some quiet, or the door. */
export function ModerateDialog({ roomId, person, isBan: startsWithBan = false, onClose }: Props) {
  const [isBan, setIsBan] = useState(startsWithBan);
  const [forMs, setForMs] = useState(60 * minute);
  const [purgeHours, setPurgeHours] = useState(0);
  const [isWide, setIsWide] = useState(person.kind === 'visitor');
  const queryClient = useQueryClient();
  const id = useId();
  const act = useMutation({
    async mutationFn() {
      const { room } = trpc();
      const who = { roomId, userId: person.id };
      if (!isBan) return void (await room.mute.mutate({ ...who, forMs }));
      const addressHours = isWide && person.kind === 'visitor' ? networkBanHours : 0;
      let { hasMore } = await room.ban.mutate({ ...who, addressHours, purgeHours });
      while (hasMore) ({ hasMore } = await room.purge.mutate({ ...who, hours: purgeHours }));
    },
    onSuccess() {
      for (const key of ['bans', 'audit', 'members', 'reports'])
        void queryClient.invalidateQueries({ queryKey: [key, roomId] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isBan ? `Ban ${person.name}` : `Mute ${person.name}`}
      description={
        isBan
          ? 'They can neither read nor write in this room until a moderator lets them in again.'
          : 'They can go on reading in this room, and write again when the time is over.'
      }
    >
      <form onSubmit={submit} className="space-y-4">
        <Segmented
          label="What to do"
          value={isBan ? 'ban' : 'mute'}
          options={[
            { value: 'mute', label: 'Mute' },
            { value: 'ban', label: 'Ban' },
          ]}
          onChange={(value) => setIsBan(value === 'ban')}
        />
        {isBan ? (
          <>
            <Choice
              id={`${id}-purge`}
              label="Their messages"
              value={purgeHours}
              options={purges}
              onChange={(event) => setPurgeHours(Number(event.target.value))}
            />
            {person.kind === 'visitor' && (
              <label className="flex min-h-9 cursor-pointer items-center gap-3 text-md max-md:min-h-11">
                <input
                  type="checkbox"
                  checked={isWide}
                  onChange={(event) => setIsWide(event.target.checked)}
                  className="accent-accent"
                />
                Keep visitors from their network out for a day
              </label>
            )}
          </>
        ) : (
          <Choice
            id={`${id}-for`}
            label="For"
            value={forMs}
            options={mutes}
            onChange={(event) => setForMs(Number(event.target.value))}
          />
        )}
        {act.error && (
          <p role="alert" className="text-sm text-red">
            {callErrorOf(act.error).message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={act.isPending}>
            {isBan ? 'Ban' : forMs > 0 ? 'Mute' : 'Unmute'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
