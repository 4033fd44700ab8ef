import { clockOf, dayOf } from '@/client/lib/format-time';
import type { RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

/** Why nothing can be written in a thread now, in words; null when it can. */
export function closedBecause(
  room: RoomView,
  thread: Pick<ThreadSummary, 'archivedAt' | 'lockedAt'>,
  { mayWrite, isModerator }: { mayWrite: boolean; isModerator: boolean },
): string | null {
  if (room.archivedAt) return 'This room is archived: it can be read, not written to.';
  if (thread.archivedAt) return 'This thread is archived: it can be read, not written to.';
  if (thread.lockedAt) return 'This thread is locked: nobody can write in it for now.';
  if (room.lockedAt && !isModerator) return 'This room is locked: only moderators can write for now.';
  if (room.mutedUntil && Date.parse(room.mutedUntil) > Date.now())
    return `A moderator has muted you here until ${dayOf(room.mutedUntil)}, ${clockOf(room.mutedUntil)}.`;
  if (!mayWrite)
    return room.visitors === 'read'
      ? 'Visitors can read here, but not write.'
      : 'This room is for its members.';
  return null;
}
