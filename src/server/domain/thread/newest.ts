import { afterCursor, byActivity } from '@/server/domain/thread/activity';
import { lastAuthorJoin, listedColumns, withReadState } from '@/server/domain/thread/view';
import { nearThreads } from '@/shared/limits';

/** Whose threads a list shows, as SQL over rooms `r` and the viewer's ($1) memberships `m`. */
export type Newest = {
  /** Rooms with memberships, as a `from` has them. */
  rooms: string;
  /** Which of these rooms. */
  isMine: string;
  /** Which threads of such a room. */
  isListed(thread: string): string;
  /** Where the list goes on, as parameters; null is its beginning. */
  after: { at: string; id: string } | null;
  /** How many rows, as SQL. */
  rows: string;
};

/**
 * The newest threads of the viewer's rooms. Where these are among the newest of the whole instance, as for
 * whoever is in many rooms, that is where they are found. Otherwise a page of n threads stands in the rooms with
 * the n newest activities, and nothing of it is older than those: however much is said elsewhere, no more than a
 * thread per room is looked at.
 */
export function newestThreads({ rooms, isMine, isListed, after, rows }: Newest): string {
  const goesOn = (thread: string) => (after ? ` and ${afterCursor(thread, after.at, after.id)}` : '');
  const seat = 'm.status, m.joined_at, m.history_from';
  return withReadState(`
  with near as materialized (
    select t.id, ${seat}
    from (select * from threads x where x.archived_at is null${goesOn('x')}
      order by ${byActivity('x')} limit ${nearThreads}) t
    cross join lateral (
      select ${seat} from ${rooms} where r.id = t.room_id and ${isMine} and ${isListed('t')} limit 1
    ) m
    order by ${byActivity('t')} limit ${rows}
  ),
  newest as (
    select r.id as room_id, r.kind, m.hidden_at, ${seat}, l.active_at
    from ${rooms}
    cross join lateral (
      select x.active_at from threads x where x.room_id = r.id and ${isListed('x')}${goesOn('x')}
      order by x.active_at desc limit 1
    ) l
    where ${isMine} and (select count(*) from near) < ${rows}
    order by l.active_at desc fetch first ${rows} rows with ties
  ),
  place as (
    select *, case when count(*) over () < ${rows} then '-infinity' else min(active_at) over () end as since from newest
  ),
  page as (
    select * from near where (select count(*) from near) >= ${rows}
    union all
    (select t.id, ${seat} from place m
    cross join lateral (select m.kind) r
    cross join lateral (
      select * from threads x where x.room_id = m.room_id and x.active_at >= m.since and ${isListed('x')}${goesOn('x')}
      order by ${byActivity('x')} limit ${rows}
    ) t
    order by t.last_message_at desc, t.id desc limit ${rows})
  )
  select ${listedColumns} from page m join threads t on t.id = m.id join rooms r on r.id = t.room_id
  ${lastAuthorJoin}`);
}
