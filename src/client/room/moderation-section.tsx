'use client';

import { useQueryClient } from '@tanstack/react-query';
import { clockOf, dayOf } from '@/client/lib/format-time';
import { AuditList } from '@/client/room/audit-list';
import { HeldQueue, ReportQueue } from '@/client/room/moderation-queues';
import type { RoomSectionProps } from '@/client/room/room-section';
import { useBans, useModeration } from '@/client/room/use-moderation';
import { mergeRoom } from '@/client/room/use-rooms';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Face } from '@/client/user/face';
import { PersonName } from '@/client/user/person-name';
import type { ModerateRoomInput } from '@/shared/moderation';
import type { RoomView } from '@/shared/room';

const second = 1_000;
const paces = [0, 10, 30, 60, 300, 900, 3_600].map((seconds) => ({
  value: seconds * second,
  label:
    seconds === 0
      ? 'As often as they like'
      : seconds < 60
        ? `Every ${seconds} seconds`
        : seconds === 60
          ? 'Every minute'
          : seconds === 3_600
            ? 'Every hour'
            : `Every ${seconds / 60} minutes`,
}));

/** Everything that moderators do to keep order in a room. */
export function ModerationSection({ room }: RoomSectionProps) {
  return (
    <div className="space-y-6">
      <HeldQueue roomId={room.id} />
      <ReportQueue roomId={room.id} />
      <Pace room={room} />
      <Bans roomId={room.id} />
      <AuditList roomId={room.id} />
    </div>
  );
}

function Pace({ room }: { room: RoomView }) {
  const queryClient = useQueryClient();
  const set = useModeration(room.id, async (input: Omit<ModerateRoomInput, 'roomId'>) =>
    mergeRoom(queryClient, await trpc().room.moderate.mutate({ roomId: room.id, ...input })),
  );
  const options = paces.some(({ value }) => value === room.slowModeMs)
    ? paces
    : [...paces, { value: room.slowModeMs, label: `Every ${room.slowModeMs / second} seconds` }];
  return (
    <section aria-label="Writing" className="space-y-3">
      <h3 className="text-md font-semibold">Writing</h3>
      <label className="flex flex-wrap items-center justify-between gap-2 text-md">
        People may write
        <select
          aria-label="Slow mode"
          value={room.slowModeMs}
          disabled={set.isPending}
          onChange={(event) => set.mutate({ slowModeMs: Number(event.target.value) })}
          className="h-9 rounded-control border border-control/60 bg-surface px-2.5 text-md max-md:h-11"
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-h-9 cursor-pointer items-center justify-between gap-2 text-md max-md:min-h-11">
        Locked: only moderators write
        <input
          type="checkbox"
          checked={room.lockedAt !== null}
          disabled={set.isPending}
          onChange={(event) => set.mutate({ isLocked: event.target.checked })}
          className="size-4 accent-accent"
        />
      </label>
      {set.error && (
        <p role="alert" className="text-sm text-red">
          {callErrorOf(set.error).message}
        </p>
      )}
    </section>
  );
}

function Bans({ roomId }: { roomId: string }) {
  const { data } = useBans(roomId);
  const unban = useModeration(roomId, (userId: string) => trpc().room.unban.mutate({ roomId, userId }));
  if (!data || data.bans.length === 0) return null;
  return (
    <section aria-label="Banned">
      <h3 className="mb-2 text-md font-semibold">Banned</h3>
      <ul className="space-y-1">
        {data.bans.map(({ person, addressUntil }) => (
          <li key={person.id} className="flex min-h-10 items-center gap-2 text-md">
            <Face person={person} size={24} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">
                <PersonName person={person} />
              </span>
              {addressUntil && (
                <span className="block text-xs text-faint">
                  With their network until {dayOf(addressUntil)}, {clockOf(addressUntil)}
                </span>
              )}
            </span>
            <Button disabled={unban.isPending} onClick={() => unban.mutate(person.id)}>
              Lift
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
