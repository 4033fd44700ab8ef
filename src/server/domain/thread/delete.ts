import { run, statement } from '@/server/base/db';
import { AppError, isAppError } from '@/server/base/errors';
import { log } from '@/server/base/log';
import { threadForRead } from '@/server/domain/thread/access';
import { isCreatorSql, threadRightSql } from '@/server/domain/thread/rights';
import { publish, roomTopic } from '@/server/realtime/bus';
import { purgeBatchMessages } from '@/shared/limits';
import type { DeleteThreadInput } from '@/shared/thread';
import type { Member } from '@/shared/user';

/**
 * What is left is a row without words: its address can say what happened, and the message that it
 * started from is free for another thread. It counts as archived, so lists and posts pass it by.
 */
const remove = statement<{ parentMessageId: string | null; aclRev: number }>(
  'thread-delete',
  `with room as materialized (select id, acl_rev from rooms where id = $2 and archived_at is null for share),
  member as materialized (
    select user_id, role from memberships
    where room_id = (select id from room) and user_id = $3 and status = 'active' for share
  ),
  target as materialized (
    select t.id, t.parent_message_id, t.created_by_id, ${isCreatorSql} as is_own, r.acl_rev from threads t, member m, room r
    where t.id = $1 and t.room_id = r.id and ${threadRightSql('delete')} for update of t
  ),
  audited as (
    insert into audit_entries (room_id, actor_id, action, subject_id, thread_id)
    select $2, $3, 'thread.delete', o.created_by_id, o.id from target o where not o.is_own
  )
  update threads t set deleted_at = now(), deleted_by_id = $3, archived_at = coalesce(t.archived_at, now()),
    title = 'Deleted thread', parent_message_id = null, last_message_text = null, last_message_author_id = null,
    head_rev = t.head_rev + 1
  from target o where t.id = o.id
  returning o.parent_message_id as "parentMessageId", o.acl_rev as "aclRev"`,
);

/**
 * Deletes a thread with everything in it, for good. Deleting it again changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for all but moderators and a creator who is alone in it
 */
export async function deleteThread(viewer: Member, { id }: DeleteThreadInput): Promise<{ id: string }> {
  const access = await threadForRead(viewer, { id }).catch((cause: unknown) => {
    if (isAppError(cause) && cause.reason === 'deleted') return null;
    throw cause;
  });
  if (!access) return { id };
  const { roomId, roomKind, visitors } = access;
  const row = (await run(remove, [id, roomId, viewer.userId]))[0];
  if (!row)
    throw new AppError(
      'FORBIDDEN',
      'not_allowed',
      'Only a moderator can delete this thread, or its creator while nobody else has written in it.',
    );
  const { parentMessageId, aclRev } = row;
  const gone = { type: 'gone', thread: { id, roomId, parentMessageId }, aclRev } as const;
  publish(`thread:${id}`, gone);
  publish(roomTopic({ id: roomId, kind: roomKind, visitors }), gone);
  // A thread of ordinary size is empty before the answer; what is more, or fails, is taken up behind it.
  const isEmpty = await purgeBatch(id).catch(() => false);
  if (!isEmpty) void purgeThread(id);
  return { id };
}

const purge = statement<{ count: number }>(
  'thread-purge',
  `with batch as (
    delete from messages where id in (
      select x.id from messages x join threads t on t.id = x.thread_id and t.deleted_at is not null
      where x.thread_id = $1 order by x.seq limit ${purgeBatchMessages}
    ) returning id
  ), states as (delete from read_states where thread_id = $1), held as (delete from held_messages where thread_id = $1),
  unsent as (delete from drafts where thread_id = $1)
  select count(*)::int as count from batch`,
);

/** @returns whether nothing is left */
const purgeBatch = async (threadId: string): Promise<boolean> =>
  ((await run(purge, [threadId]))[0]?.count ?? 0) < purgeBatchMessages;

async function purgeThread(threadId: string): Promise<void> {
  try {
    while (!(await purgeBatch(threadId)));
  } catch (cause) {
    log().warn({ err: cause, threadId }, 'a deleted thread is not empty yet; the next start goes on');
  }
}

const unpurged = statement<{ id: string }>(
  'threads-unpurged',
  `select t.id from threads t where t.deleted_at is not null
   and exists (select from messages x where x.thread_id = t.id)`,
);

/** Goes on where an earlier process was stopped while it emptied deleted threads. */
export async function purgeDeletedThreads(): Promise<void> {
  for (const { id } of await run(unpurged, [])) await purgeThread(id);
}
