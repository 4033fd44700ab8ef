import { run, statement } from '@/server/base/db';
import { metrics } from '@/server/base/metrics';
import { AppError, sqlState } from '@/server/base/errors';
import { roomForRead, walkIn } from '@/server/domain/room/access';
import { threadOfMessage } from '@/server/domain/thread/access';
import { publishSummary } from '@/server/domain/thread/publish';
import { getThread } from '@/server/domain/thread/read';
import { shortIdOf } from '@/shared/short-id';
import { plainText } from '@/shared/markdown-plain';
import { titleMaxChars } from '@/shared/limits';
import type { CreateThreadInput, ThreadSummary } from '@/shared/thread';
import type { Member } from '@/shared/user';

const create = statement<{ id: string }>(
  'thread-create',
  `with room as materialized (select id, archived_at, locked_at, visitors from rooms where id = $1 for share),
  member as materialized (
    select user_id from memberships, room
    where room_id = room.id and user_id = $2 and status = 'active' and room.archived_at is null
      and (room.locked_at is null or role in ('owner', 'moderator'))
      and (role <> 'visitor' or room.visitors in ('write', 'approve'))
    for share of memberships
  ),
  thread as (
    insert into threads (id, short_id, room_id, title, parent_message_id, created_by_id)
    select $3, $4, $1, $5, $6, user_id from member returning id
  ),
  following as (
    insert into read_states (user_id, thread_id, following) select $2, id, true from thread
  )
  select id from thread`,
);
const existing = statement<{ id: string; isSame: boolean }>(
  'thread-existing',
  `select id, (id = $1 and created_by_id = $2) as "isSame" from threads
   where (id = $1 and created_by_id = $2 and room_id = $4) or parent_message_id = $3`,
);

/**
 * Starts a thread from a title or from a message. Repeating the call returns the thread, and so does
 * starting a second one from the same message.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT when the id stands for another thread
 */
export async function createThread(viewer: Member, input: CreateThreadInput): Promise<ThreadSummary> {
  const parent = 'messageId' in input ? await threadOfMessage(viewer, input.messageId) : null;
  const room = parent ?? (await roomForRead(viewer, 'roomId' in input ? input.roomId : ''));
  await walkIn(viewer, room);
  const title = input.title ?? titleFrom(parent?.messageText ?? '');
  const parentId = 'messageId' in input ? input.messageId : null;
  try {
    const rows = await run(create, [
      room.roomId,
      viewer.userId,
      input.id,
      shortIdOf(input.id),
      title,
      parentId,
    ]);
    if (!rows[0])
      throw new AppError('FORBIDDEN', 'room_locked', 'This room takes no new threads from you now.');
  } catch (cause) {
    if (sqlState(cause) !== '23505') throw cause;
    const rows = await run(existing, [input.id, viewer.userId, parentId, room.roomId]);
    const thread = rows.find((row) => row.isSame) ?? rows[0];
    if (!thread) throw new AppError('CONFLICT', 'id_taken', 'This id was already used for another thread.');
    return getThread(viewer, { id: thread.id });
  }
  metrics().threads.inc();
  const thread = await getThread(viewer, { id: input.id });
  publishSummary(thread.id);
  return thread;
}

/** A title for a thread that starts from a message: its first line, shortened. */
function titleFrom(text: string): string {
  const line = plainText(text).trim().split('\n')[0]?.trim() ?? '';
  const chars = [...line];
  const title = chars.length > 80 ? `${chars.slice(0, 79).join('')}…` : line;
  return [...title].length >= 2 ? title.slice(0, titleMaxChars) : `Thread: ${title}`;
}
