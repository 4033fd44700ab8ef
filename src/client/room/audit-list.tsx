'use client';

import { clockOf, dayOf } from '@/client/lib/format-time';
import { useAudit } from '@/client/room/use-moderation';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import type { AuditAction, AuditView } from '@/shared/audit';
import { nameOf, type PersonView } from '@/shared/user';

const words: Record<AuditAction, string> = {
  'room.update': 'changed the room',
  'room.archive': 'archived the room',
  'room.unarchive': 'brought the room back',
  'room.lock': 'locked the room',
  'room.unlock': 'unlocked the room',
  'room.slow': 'changed slow mode',
  'room.setRole': 'changed the role of',
  'room.transfer': 'handed the room to',
  'room.invite': 'invited',
  'room.revoke': 'took back an invitation',
  'room.remove': 'removed',
  'room.mute': 'muted',
  'room.unmute': 'unmuted',
  'room.ban': 'banned',
  'room.unban': 'lifted the ban of',
  'room.purge': 'deleted what was written by',
  'held.approve': 'let in',
  'held.reject': 'turned away',
  'report.dismiss': 'dismissed a report about',
  'report.delete': 'deleted a reported message of',
  'report.ban': 'banned after a report',
  'message.delete': 'deleted a message of',
  'message.restore': 'brought back a message of',
  'thread.update': 'changed a thread of',
  'thread.delete': 'deleted a thread of',
};

/** What was done to keep order, newest first. */
export function AuditList({ roomId }: { roomId: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useAudit(roomId);
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const people = Object.assign({}, ...(data?.pages.map((page) => page.people) ?? [])) as Record<
    string,
    PersonView
  >;
  const called = (id: string | null) => {
    if (!id) return 'The server';
    const person = people[id];
    return person ? nameOf(person) : 'Somebody';
  };
  return (
    <section aria-label="What moderators did">
      <h3 className="mb-2 text-md font-semibold">What moderators did</h3>
      {error && <p className="text-sm text-red">{callErrorOf(error).message}</p>}
      {data && entries.length === 0 && <p className="text-md text-soft">Nothing yet.</p>}
      <ol className="space-y-1.5">
        {entries.map((entry) => (
          <li key={entry.id} className="text-md">
            <span className="font-medium">{called(entry.actorId)}</span> {words[entry.action] ?? entry.action}{' '}
            {entry.subjectId && <span className="font-medium">{called(entry.subjectId)}</span>}
            {detailOf(entry)}
            <span className="ml-2 text-xs text-faint tabular">
              {dayOf(entry.createdAt)}, {clockOf(entry.createdAt)}
            </span>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More
        </Button>
      )}
    </section>
  );
}

function detailOf({ action, details }: AuditView): string {
  const minutes = (ms: unknown) => {
    const count = Math.round(Number(ms) / 60_000);
    return count < 90
      ? `${count} min`
      : count < 36 * 60
        ? `${Math.round(count / 60)} h`
        : `${Math.round(count / 1_440)} days`;
  };
  if (action === 'room.mute') return ` for ${minutes(details['forMs'])}`;
  if (action === 'room.slow')
    return Number(details['slowModeMs']) > 0 ? `: ${Number(details['slowModeMs']) / 1_000} s` : ': off';
  if (action === 'room.purge') return ` (${String(details['deleted'])})`;
  if (action === 'room.ban' && details['addressHours'])
    return `, with their network for ${String(details['addressHours'])} h`;
  return '';
}
