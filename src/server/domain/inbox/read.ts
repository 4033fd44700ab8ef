import { run, statement } from '@/server/base/db';
import { parseListCursor } from '@/server/domain/room/read';
import { threadListOf, type ThreadList } from '@/server/domain/thread/read';
import { summaryColumns, type SummaryRow } from '@/server/domain/thread/view';
import type { ListInboxInput } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/** The newest threads of each of the viewer's rooms, merged: each room gives at most one page. */
const page = statement<SummaryRow>(
  'inbox-list',
  `select ${summaryColumns} from memberships m
   join rooms r on r.id = m.room_id and r.archived_at is null
   cross join lateral (
     select * from threads x
     where x.room_id = m.room_id and x.archived_at is null and (x.seq > 0 or not x.is_main)
       and ($2::timestamptz is null
         or (x.active_at <= date_bin('10 seconds', $2, 'epoch') and (x.last_message_at, x.id) < ($2, $3::uuid)))
     order by x.active_at desc, x.last_message_at desc, x.id desc limit $4
   ) t
   left join users u on u.id = t.last_message_author_id
   where m.user_id = $1 and m.status = 'active'
   order by t.last_message_at desc, t.id desc limit $4`,
);

/** All threads of all the viewer's rooms, latest message first; a stranger has none. */
export async function listInbox(viewer: Viewer, input: ListInboxInput): Promise<ThreadList> {
  if (viewer.userId === null) return { threads: [], nextCursor: null };
  const [at, id] = parseListCursor(input.cursor);
  return threadListOf(await run(page, [viewer.userId, at, id, input.limit + 1]), input.limit);
}
