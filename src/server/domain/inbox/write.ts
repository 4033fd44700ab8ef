import { run, statement } from '@/server/base/db';
import { roomForRead } from '@/server/domain/room/access';
import { readStates, seenSql } from '@/server/domain/thread/read-state';
import { publish } from '@/server/realtime/bus';
import type { MarkInboxReadInput, ThreadReadState } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/**
 * Marks every state that lies behind its thread, and makes one for main threads that count without.
 * States are locked in the order of their threads, so that two of these cannot wait for each other.
 */
const markAll = statement<{ threadId: string }>(
  'inbox-mark-read',
  `with behind as materialized (
    select t.id, t.seq from read_states s
    join threads t on t.id = s.thread_id and t.seq > s.last_read_seq and ($2::uuid is null or t.room_id = $2)
    left join memberships m on m.room_id = t.room_id and m.user_id = $1
    where s.user_id = $1 and coalesce(m.status, 'active') = 'active'
      and (s.following is not null or (t.is_main and m.status = 'active'))
    order by t.id for update of s
  ),
  marked as (
    update read_states s set last_read_seq = greatest(s.last_read_seq, b.seq), updated_at = now(),${seenSql('b.seq')}
    from behind b where s.user_id = $1 and s.thread_id = b.id
    returning s.thread_id
  ),
  made as (
    insert into read_states (user_id, thread_id, last_read_seq, following)
    select $1, t.id, t.seq, true from memberships m join threads t on t.room_id = m.room_id and t.is_main
    where m.user_id = $1 and m.status = 'active' and ($2::uuid is null or t.room_id = $2)
      and not exists (select from read_states s where s.user_id = $1 and s.thread_id = t.id)
    order by t.id
    on conflict do nothing
    returning thread_id
  )
  select thread_id as "threadId" from marked union all select thread_id from made`,
);

/**
 * Marks every thread of the viewer's rooms, or of one, read up to where it stands. Repeating it changes
 * nothing; a stranger keeps no state.
 * @returns how many threads it changed
 * @throws {AppError} NOT_FOUND
 */
export async function markInboxRead(
  viewer: Viewer,
  { roomId }: MarkInboxReadInput,
): Promise<{ threadCount: number }> {
  if (roomId) await roomForRead(viewer, roomId);
  if (viewer.userId === null) return { threadCount: 0 };
  const changed = await run(markAll, [viewer.userId, roomId ?? null]);
  const standings = await readStates(
    viewer,
    changed.map((row) => row.threadId),
  );
  const states = standings.flatMap(({ threadId, readState }): ThreadReadState[] =>
    readState ? [{ threadId, ...readState }] : [],
  );
  if (states.length > 0) publish(`user:${viewer.userId}`, { type: 'read', states });
  for (const { threadId } of changed) publish(`thread:${threadId}`, { type: 'receipts', threadId });
  return { threadCount: changed.length };
}
