import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { threadForRead } from '@/server/domain/thread/access';
import { publishSummary } from '@/server/domain/thread/publish';
import { getThread } from '@/server/domain/thread/read';
import { isCreatorSql, threadRightSql } from '@/server/domain/thread/rights';
import { headColumns, headOf, type HeadRow } from '@/server/domain/thread/view';
import { publish } from '@/server/realtime/bus';
import type { ArchiveThreadInput, ThreadSummary, UpdateThreadInput } from '@/shared/thread';
import type { Member } from '@/shared/user';

/**
 * Changes the head alone: `head_rev` grows, `rev` does not, because no message changes. The right is
 * checked in the same statement, under the lock of the caller's membership.
 */
const update = statement<HeadRow & { aclRev: number }>(
  'thread-update',
  `with room as materialized (select id, acl_rev from rooms where id = $2 and archived_at is null for share),
  member as materialized (
    select user_id, role from memberships
    where room_id = (select id from room) and user_id = $3 and status = 'active' for share
  ),
  changed as (
    update threads t set
      title = coalesce($4, t.title),
      locked_at = case when $5::boolean is null then t.locked_at when $5 then coalesce(t.locked_at, now()) end,
      archived_at = case when $6::boolean is null then t.archived_at when $6 then coalesce(t.archived_at, now()) end,
      head_rev = t.head_rev + 1
    from member m, room r
    where t.id = $1 and t.room_id = r.id
      and ($4::text is null or ${threadRightSql('rename')})
      and ($5::boolean is null or ${threadRightSql('lock')})
      and ($6::boolean is null or ${threadRightSql('archive')})
    returning t.*, r.acl_rev, ${isCreatorSql} as is_own
  ),
  audited as (
    insert into audit_entries (room_id, actor_id, action, subject_id, thread_id, details)
    select $2, $3, 'thread.update', t.created_by_id, t.id,
      jsonb_strip_nulls(jsonb_build_object('isRenamed', $4 is not null, 'isLocked', $5::boolean, 'isArchived', $6::boolean))
    from changed t where not t.is_own
  )
  select ${headColumns}, t.acl_rev as "aclRev" from changed t`,
);

/**
 * Renames or locks a thread, or opens it again.
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export const updateThread = (viewer: Member, input: UpdateThreadInput): Promise<ThreadSummary> =>
  changeHead(viewer, input.id, [input.title ?? null, input.isLocked ?? null, null]);

/**
 * Closes a thread for writing and takes it out of the lists, or brings it back.
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export const archiveThread = (viewer: Member, input: ArchiveThreadInput): Promise<ThreadSummary> =>
  changeHead(viewer, input.id, [null, null, input.isArchived]);

async function changeHead(viewer: Member, threadId: string, values: unknown[]): Promise<ThreadSummary> {
  const { roomId } = await threadForRead(viewer, { id: threadId });
  const row = (await run(update, [threadId, roomId, viewer.userId, ...values]))[0];
  if (!row)
    throw new AppError('FORBIDDEN', 'not_allowed', 'Only the thread’s creator or a moderator can change it.');
  publish(`thread:${row.threadId}`, { type: 'head', head: headOf(row), aclRev: row.aclRev });
  publishSummary(row.threadId);
  return getThread(viewer, { id: row.threadId });
}
