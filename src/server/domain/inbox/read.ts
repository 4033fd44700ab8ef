import { run, statement } from '@/server/base/db';
import { parseListCursor } from '@/server/domain/room/read';
import {
  countedRooms,
  countedThreads,
  roomSumsSql,
  shownSql,
  theirsSql,
  unreadRows,
} from '@/server/domain/room/unread';
import { newestThreads, type Newest } from '@/server/domain/thread/newest';
import { seenSql, threadListOf } from '@/server/domain/thread/read';
import { readStates } from '@/server/domain/thread/read-state';
import { lastAuthorJoin, listedColumns, withReadState, type ListedRow } from '@/server/domain/thread/view';
import type { ListedThreads, ListInboxInput, UnreadInput, UnreadView } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/** Threads of the room `r` that the viewer's membership `m` lets the inbox show. */
const listedSql = (
  thread: string,
) => `${thread}.archived_at is null and (${thread}.seq > 0 or not ${thread}.is_main)
  and ${seenSql(thread, 'r.kind', 'm.history_from')}`;
/** A direct room that was hidden is back, with all its threads, when one of them has something newer. */
const seatsSql = `m.user_id = $1 and m.status = 'active' and r.archived_at is null and (m.hidden_at is null
  or r.kind = 'direct' and exists (
    select from threads h where h.room_id = r.id and h.archived_at is null and (h.seq > 0 or not h.is_main)
      and h.last_message_at > m.hidden_at
  ))`;

/**
 * The threads of the viewer's rooms with something unread: those that may have any, by activity, are looked into
 * one after the other until the page is full.
 */
const unreadSql = (condition: string) => `
  with ${countedThreads()}
  select ${listedColumns} from (
    select f.thread_id from (
      select * from counted c where ${condition} and exists (
        select from memberships m where m.room_id = c.room_id and m.user_id = $1 and m.status = 'active'
      )
      order by last_message_at desc, thread_id desc offset 0
    ) f
    cross join lateral (select from (${unreadRows}) w where w.is_unread limit 1) e
    order by f.last_message_at desc, f.thread_id desc limit $2
  ) p
  join threads t on t.id = p.thread_id join rooms r on r.id = t.room_id
  join memberships m on m.room_id = r.id and m.user_id = $1
  ${lastAuthorJoin}`;

/**
 * The threads in which somebody has called the viewer, or a visitor whom they have claimed. The index of
 * mentions is stepped through thread by thread, however often each calls them, and the threads are looked
 * into by activity until the page is full.
 */
const mentionsSql = (condition: string) => `
  with recursive me as (select o.id from users o where o.id = $1 or o.claimed_by_id = $1),
  step as (
    select me.id as user_id, n.thread_id from me cross join lateral (
      select thread_id from mentions where user_id = me.id order by thread_id limit 1
    ) n
    union all
    select s.user_id, n.thread_id from step s cross join lateral (
      select thread_id from mentions where user_id = s.user_id and thread_id > s.thread_id order by thread_id limit 1
    ) n
  )
  select ${listedColumns} from (
    select f.thread_id from (
      select t.id as thread_id, t.last_message_at, coalesce(m.history_from, '-infinity') as since,
        case when $3::boolean then coalesce(s.last_read_seq, 0) else 0 end as read_to
      from (select distinct thread_id from step) c
      join threads t on t.id = c.thread_id and t.archived_at is null
      join rooms r on r.id = t.room_id and r.archived_at is null
      join memberships m on m.room_id = t.room_id and m.user_id = $1 and m.status = 'active'
      left join read_states s on s.thread_id = t.id and s.user_id = $1
      where ${condition} and ${shownSql('t.last_message_at')}
      order by t.last_message_at desc, t.id desc offset 0
    ) f
    where exists (
      select from mentions n join messages x on x.id = n.message_id
      where n.user_id in (select id from me) and n.thread_id = f.thread_id and n.seq > f.read_to
        and x.created_at > f.since and ${theirsSql}
    )
    order by f.last_message_at desc, f.thread_id desc limit $2
  ) p
  join threads t on t.id = p.thread_id join rooms r on r.id = t.room_id
  join memberships m on m.room_id = r.id and m.user_id = $1
  ${lastAuthorJoin}`;

const page = (name: string, sql: string) => statement<ListedRow>(name, withReadState(sql));
/** The newest threads of all the viewer's rooms. */
const newest = (name: string, after: Newest['after']) =>
  statement<ListedRow>(
    name,
    newestThreads({
      rooms: 'memberships m join rooms r on r.id = m.room_id',
      isMine: seatsSql,
      isListed: listedSql,
      after,
      rows: '$2',
    }),
  );
const all = {
  first: newest('inbox-list', null),
  on: newest('inbox-list-on', { at: '$3', id: '$4' }),
};
const unread = {
  first: page('inbox-unread', unreadSql('true')),
  on: page('inbox-unread-on', unreadSql('(last_message_at, thread_id) < ($3::timestamptz, $4::uuid)')),
};
const mentions = {
  first: page('inbox-mentions', mentionsSql('true')),
  on: page('inbox-mentions-on', mentionsSql('(t.last_message_at, t.id) < ($4::timestamptz, $5::uuid)')),
};

/** All threads of all the viewer's rooms, latest message first; a stranger has none. */
export async function listInbox(viewer: Viewer, input: ListInboxInput): Promise<ListedThreads> {
  if (viewer.userId === null) return { threads: [], nextCursor: null };
  const cursor = parseListCursor(input.cursor);
  const { first, on } = input.mentions ? mentions : input.unread ? unread : all;
  const asked = [viewer.userId, input.limit + 1, ...(input.mentions ? [input.unread === true] : [])];
  const rows = await (cursor ? run(on, [...asked, cursor.at, cursor.id]) : run(first, asked));
  return threadListOf(viewer, rows, input.limit);
}

const sums = statement<{ roomId: string; unread: number; threadCount: number }>(
  'inbox-sums',
  `with ${countedRooms()}
  select b.room_id as "roomId", n.unread, n.threads as "threadCount" from by_room b cross join lateral (${roomSumsSql}) n`,
);

/** What the viewer has not read: in the threads asked for, and altogether. */
export async function readUnread(viewer: Viewer, { threadIds }: UnreadInput): Promise<UnreadView> {
  if (viewer.userId === null) return { states: [], rooms: {}, threadCount: 0 };
  const [states, rows] = await Promise.all([readStates(viewer, threadIds), run(sums, [viewer.userId])]);
  const some = rows.filter((row) => row.unread > 0);
  return {
    states,
    rooms: Object.fromEntries(some.map((row) => [row.roomId, row.unread])),
    threadCount: some.reduce((sum, row) => sum + row.threadCount, 0),
  };
}
