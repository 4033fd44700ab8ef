import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { networkShutOut, shutOutSql } from '@/server/domain/room/membership';
import { publishQueue } from '@/server/domain/room/queue';
import { idTaken } from '@/server/domain/message/read';
import type { ThreadAccess } from '@/server/domain/thread/access';
import { heldPerPersonMax, heldPerRoomMax, rejectedDays } from '@/shared/limits';
import type { SendMessageInput, SendResult } from '@/shared/message';
import type { Member } from '@/shared/user';

type Kept = { authorId: string; sendHash: Buffer; isRejected: boolean };
const find = statement<Kept>(
  'held-find',
  `select author_id as "authorId", send_hash as "sendHash", rejected_at is not null as "isRejected"
   from held_messages where id = $1`,
);

/** Why a message was not kept, or `held`. */
type Outcome = 'held' | 'closed' | 'locked' | 'banned' | 'person_full' | 'room_full';

/** Like a post it locks the room, so that a room that closes and a message that comes never cross. */
const hold = statement<{ outcome: Outcome }>(
  'held-insert',
  `with room as materialized (
    select id, visitors, archived_at, locked_at from rooms where id = $2 for share
  ),
  old as (
    delete from held_messages
    where room_id = $2 and id <> $1 and rejected_at < now() - ${rejectedDays} * interval '1 day'
  ),
  judged as materialized (
    select case
      when r.visitors <> 'approve' or r.archived_at is not null then 'closed'
      when r.locked_at is not null or t.locked_at is not null or t.archived_at is not null then 'locked'
      when ${shutOutSql('$4', '$2')} then 'banned'
      when (select count(*) from held_messages h where h.room_id = $2 and h.author_id = $4 and h.rejected_at is null)
        >= ${heldPerPersonMax} then 'person_full'
      when (select count(*) from held_messages h where h.room_id = $2 and h.rejected_at is null)
        >= ${heldPerRoomMax} then 'room_full'
      else 'held' end as outcome
    from room r join threads t on t.id = $3
  ),
  kept as (
    insert into held_messages (id, room_id, thread_id, author_id, text, reply_to_id, send_hash)
    select $1, $2, $3, $4, $5, $6, $7 from judged where outcome = 'held'
    on conflict (id) do nothing
  )
  select outcome from judged`,
);

const refusals: Record<Exclude<Outcome, 'held'>, AppError> = {
  closed: new AppError('FORBIDDEN', 'visitors_read_only', 'This room takes nothing from visitors now.'),
  locked: new AppError('FORBIDDEN', 'room_locked', 'Nobody can write here for now.'),
  banned: networkShutOut(),
  person_full: new AppError(
    'FORBIDDEN',
    'too_many',
    'Your earlier messages still wait for a moderator. Write more once they were looked at.',
  ),
  room_full: new AppError(
    'TOO_MANY_REQUESTS',
    'busy',
    'Too much waits for the moderators of this room now.',
    {
      retryAfterMs: 60_000,
    },
  ),
};

/**
 * What became of a message that waits or waited for a moderator.
 * @returns null when none with this id ever did
 * @throws {AppError} FORBIDDEN when it was turned away, CONFLICT when the id stands for something else
 */
export async function heldBefore(viewer: Member, id: string, sendHash: Buffer): Promise<SendResult | null> {
  const kept = (await run(find, [id]))[0];
  if (!kept) return null;
  if (kept.authorId !== viewer.userId || !kept.sendHash.equals(sendHash)) throw idTaken();
  if (kept.isRejected)
    throw new AppError('FORBIDDEN', 'rejected', 'A moderator did not let this message in.');
  return { state: 'held', authorId: viewer.userId };
}

/**
 * Keeps a message until a moderator has looked at it. Repeating the call keeps one.
 * @throws {AppError} FORBIDDEN, CONFLICT; TOO_MANY_REQUESTS when the room's queue is full
 */
export async function holdMessage(
  viewer: Member,
  thread: ThreadAccess,
  { input, sendHash }: { input: SendMessageInput; sendHash: Buffer },
): Promise<SendResult> {
  const before = await heldBefore(viewer, input.id, sendHash);
  if (before) return before;
  const values = [input.text, input.replyToId ?? null, sendHash];
  const row = (await run(hold, [input.id, thread.roomId, thread.threadId, viewer.userId, ...values]))[0];
  if (row?.outcome !== 'held') throw refusals[row?.outcome ?? 'closed'];
  publishQueue(thread.roomId);
  // Of two at once with the same id, the second is told what the first was.
  return (await heldBefore(viewer, input.id, sendHash)) ?? { state: 'held', authorId: viewer.userId };
}
