import { run, statement } from '@/server/base/db';
import { parseListCursor } from '@/server/domain/room/read';
import { afterCursor, byActivity, threadListOf, type ThreadList } from '@/server/domain/thread/read';
import { summaryColumns, type SummaryRow } from '@/server/domain/thread/view';
import type { ListInboxInput } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/**
 * The newest threads of all the viewer's rooms. A page of n threads stands in the n rooms with the
 * newest activity at most, so only those are looked into.
 */
const pageSql = (condition: string) => {
  const newest = (columns: string, limit: string) => `
    select ${columns} from threads x
    where x.room_id = r.id and x.archived_at is null and (x.seq > 0 or not x.is_main) and ${condition}
    order by ${byActivity('x')} limit ${limit}`;
  return `
  with room as (
    select r.id, r.slug, r.name from memberships m
    join rooms r on r.id = m.room_id and r.archived_at is null
    cross join lateral (${newest('x.last_message_at, x.id', '1')}) l
    where m.user_id = $1 and m.status = 'active'
    order by l.last_message_at desc, l.id desc limit $2
  )
  select ${summaryColumns} from room r
  cross join lateral (${newest('*', '$2')}) t
  left join users u on u.id = t.last_message_author_id
  order by t.last_message_at desc, t.id desc limit $2`;
};

const first = statement<SummaryRow>('inbox-list', pageSql('true'));
const on = statement<SummaryRow>('inbox-list-on', pageSql(afterCursor('x', '$3', '$4')));

/** All threads of all the viewer's rooms, latest message first; a stranger has none. */
export async function listInbox(viewer: Viewer, input: ListInboxInput): Promise<ThreadList> {
  if (viewer.userId === null) return { threads: [], nextCursor: null };
  const cursor = parseListCursor(input.cursor);
  const rows = cursor
    ? await run(on, [viewer.userId, input.limit + 1, cursor.at, cursor.id])
    : await run(first, [viewer.userId, input.limit + 1]);
  return threadListOf(rows, input.limit);
}
