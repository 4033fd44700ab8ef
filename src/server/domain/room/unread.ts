import { unreadMax } from '@/shared/unread';

/**
 * Unread, defined once: messages after the person's mark by others, neither deleted nor events. It is
 * counted whenever it is asked for and stored nowhere, so it can neither drift nor stick.
 *
 * The fragments share their names: `$1` is the viewer, `m` their membership, `s` their read state, and
 * `f` a thread that counts for them: its `thread_id`, the mark `read_to`, and the moment `since` which
 * messages count from where nothing is stored.
 */

/** Whether the message `x` is by somebody else, whom the viewer has not claimed, and still there. */
export const theirsSql = `x.deleted_at is null and x.kind <> 'event'
  and x.author_id <> all (array(select o.id from users o where o.id = $1 or o.claimed_by_id = $1))`;

/**
 * A thread counts while it is followed and not muted; a member's main thread also while nothing was decided:
 * without a state, or with one that only keeps how far they have read (`following` is null).
 */
export const countsSql = (
  isMain: string,
) => `case when s.following is null then ${isMain} and m.status = 'active'
  else s.following and not s.muted and coalesce(m.status, 'active') = 'active' end`;
export const readToSql = 'coalesce(s.last_read_seq, 0)';
export const sinceSql = `greatest(case when s.following is null then m.joined_at else '-infinity'::timestamptz end, m.history_from)`;

/**
 * The newest unread messages of `f` as (seq, is_unread). What lies before `since` comes along as not
 * unread, and so ends the scan: however long the thread, it reads about as many rows as it may count.
 */
export const unreadRows = `select x.seq, x.created_at > f.since as is_unread from messages x
  where x.thread_id = f.thread_id and x.seq > f.read_to and (x.created_at <= f.since or (${theirsSql}))
  order by x.seq desc limit ${unreadMax}`;

/** Whether the viewer (`m`) wants the room (`r`) in their lists: one they have hidden counts for nothing. */
export const shownSql = (lastMessageAt: string) =>
  `(m.hidden_at is null or (r.kind = 'direct' and ${lastMessageAt} > m.hidden_at))`;

/** The unread messages of `f` that call the viewer. */
export const unreadMentions = `select from mentions c join messages x on x.id = c.message_id
  where c.user_id = $1 and c.thread_id = f.thread_id and c.seq > f.read_to and x.created_at > f.since and ${theirsSql}
  limit ${unreadMax}`;

/**
 * `counted`: every thread that may have unread messages for the viewer, each an `f`, for a `with` clause. What
 * is followed is said as the index has it, which holds all that is needed of a state (`read_states_counted_idx`);
 * it is `countsSql` where a state has decided, and the second part where none has.
 * @param inRooms SQL that gives the ids of the only rooms that matter
 */
export const countedThreads = (inRooms?: string) => {
  const within = (roomId: string) => (inRooms ? ` and ${roomId} in (${inRooms})` : '');
  return `counted as materialized (
    select s.thread_id, t.room_id, t.last_message_at, s.last_read_seq as read_to,
      coalesce(m.history_from, '-infinity') as since
    from read_states s
    join threads t on t.id = s.thread_id and t.seq > s.last_read_seq and t.archived_at is null
    join rooms r on r.id = t.room_id and r.archived_at is null
    left join memberships m on m.room_id = t.room_id and m.user_id = $1
    where s.user_id = $1 and s.following and not s.muted and (m.status is null or m.status = 'active')
      and ${shownSql('t.last_message_at')}${within('t.room_id')}
    union all
    select t.id, t.room_id, t.last_message_at, ${readToSql}, greatest(m.joined_at, m.history_from)
    from memberships m
    join rooms r on r.id = m.room_id and r.archived_at is null
    join threads t on t.room_id = m.room_id and t.is_main and t.last_message_at > m.joined_at
    left join read_states s on s.user_id = $1 and s.thread_id = t.id
    where m.user_id = $1 and m.status = 'active' and s.following is null and t.seq > ${readToSql}
      and ${shownSql('t.last_message_at')}${within('m.room_id')}
  )`;
};

/** `counted` by room, `by_room`: so that a list looks at each thread once, not once per room. */
export const countedRooms = (inRooms?: string) => `${countedThreads(inRooms)},
  by_room as materialized (
    select room_id, array_agg(thread_id) as ids, array_agg(read_to) as read_tos, array_agg(since) as sinces
    from counted group by room_id
  )`;

/** The unread messages of a room of `by_room`, here `b`, each with its thread's number; it stops at the most that is shown. */
const roomRows = `select f.thread from unnest(b.ids, b.read_tos, b.sinces) with ordinality f (thread_id, read_to, since, thread)
  cross join lateral (${unreadRows}) w where w.is_unread limit ${unreadMax}`;
/** How many these are. */
export const roomUnreadSql = `(select count(*)::int from (${roomRows}) c)`;
/** The same as `unread`, and in how many threads they are as `threads`: those that were not looked into are asked. */
export const roomSumsSql = `select c.unread, case when c.unread < ${unreadMax} then c.threads else (
    select count(*)::int from unnest(b.ids, b.read_tos, b.sinces) f (thread_id, read_to, since)
    where exists (select from (${unreadRows}) w where w.is_unread)
  ) end as threads
  from (select count(*)::int as unread, count(distinct thread)::int as threads from (${roomRows}) w) c`;
