import { run, statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { likePattern, listCursor, parseListCursor } from '@/server/domain/room/read';
import { readableSql } from '@/server/domain/room/rights';
import { threadForRead } from '@/server/domain/thread/access';
import {
  headColumns,
  headOf,
  summaryColumns,
  summaryOf,
  type HeadRow,
  type SummaryRow,
} from '@/server/domain/thread/view';
import type { GetThreadInput, ListThreadsInput, ThreadHead, ThreadSummary } from '@/shared/thread';
import type { Viewer, ViewerKind } from '@/shared/user';

export type ThreadList = { threads: ThreadSummary[]; nextCursor: string | null };

/**
 * Ordered by the exact time of the last message, through the index on its ten-second bucket: within
 * a bucket the few rows are sorted on the way.
 */
export const listSql = (scope: string, where: string) => `
  select ${summaryColumns} from ${scope}
  left join users u on u.id = t.last_message_author_id
  where ${where} and (t.archived_at is not null) = $3
    and ($2::text is null or t.title ilike $2)
    and ($4::timestamptz is null
      or (t.active_at <= date_bin('10 seconds', $4, 'epoch') and (t.last_message_at, t.id) < ($4, $5::uuid)))
  order by t.active_at desc, t.last_message_at desc, t.id desc limit $6`;

const scope = `threads t join rooms r on r.id = t.room_id left join memberships m on m.room_id = r.id and m.user_id = $1`;

const perKind = (kind: ViewerKind) => ({
  everywhere: statement<SummaryRow>(
    `thread-list-${kind}`,
    listSql(scope, `r.archived_at is null and ${readableSql(kind)}`),
  ),
  inRoom: statement<SummaryRow>(
    `thread-list-room-${kind}`,
    listSql(scope, `t.room_id = $7 and ${readableSql(kind)}`),
  ),
  one: statement<SummaryRow>(
    `thread-get-${kind}`,
    `select ${summaryColumns} from ${scope} left join users u on u.id = t.last_message_author_id
     where t.id = $2 and ${readableSql(kind)}`,
  ),
});
const statements = {
  stranger: perKind('stranger'),
  visitor: perKind('visitor'),
  registered: perKind('registered'),
};

/** Threads of one room or of all that the viewer may read, latest message first, by title. */
export async function listThreads(viewer: Viewer, input: ListThreadsInput): Promise<ThreadList> {
  const of = statements[viewer.kind];
  const [at, id] = parseListCursor(input.cursor);
  const values = [viewer.userId, likePattern(input.search), input.archived, at, id, input.limit + 1];
  const rows = input.roomId
    ? await run(of.inRoom, [...values, input.roomId])
    : await run(of.everywhere, values);
  return threadListOf(rows, input.limit);
}

export function threadListOf(rows: SummaryRow[], limit: number): ThreadList {
  const threads = rows.slice(0, limit).map(summaryOf);
  const last = threads.at(-1);
  return {
    threads,
    nextCursor: rows.length > limit && last ? listCursor(last.lastMessageAt, last.id) : null,
  };
}

/** @throws {AppError} NOT_FOUND */
export async function getThread(viewer: Viewer, input: GetThreadInput): Promise<ThreadSummary> {
  const { threadId } = await threadForRead(viewer, input);
  const rows = await run(statements[viewer.kind].one, [viewer.userId, threadId]);
  if (!rows[0]) throw notFound();
  return summaryOf(rows[0]);
}

const heads = statement<HeadRow & { aclRev: number }>(
  'thread-heads',
  `select ${headColumns}, r.acl_rev as "aclRev" from threads t join rooms r on r.id = t.room_id
   where t.id = any($1::uuid[])`,
);

/** Where these threads stand now; a thread that is gone is missing. */
export async function readHeads(threadIds: string[]): Promise<{ head: ThreadHead; aclRev: number }[]> {
  const rows = await run(heads, [threadIds]);
  return rows.map((row) => ({ head: headOf(row), aclRev: row.aclRev }));
}
