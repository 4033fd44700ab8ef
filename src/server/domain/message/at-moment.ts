import { run, statement } from '@/server/base/db';

/**
 * Binary search over places, each step one look into the index on (thread, seq): moments grow with
 * places, so no index by time is needed, and a thread of a million messages costs twenty looks.
 */
export const momentSearch = statement<{ seq: number; lastSeq: number }>(
  'message-at-moment',
  `with recursive span as (
    select t.first_seq as low, t.seq + 1 as high, t.seq as last_seq from threads t where t.id = $1
    union all
    select case when x.created_at < $2 then middle + 1 else low end,
      case when x.created_at < $2 then high else middle end, last_seq
    from (select low, high, last_seq, (low + high) / 2 as middle from span where low < high) s
    cross join lateral (
      select m.created_at from messages m where m.thread_id = $1 and m.seq >= s.middle order by m.seq limit 1
    ) x
  )
  select low as seq, last_seq as "lastSeq" from span where low >= high`,
);

/**
 * The place of the first message at or after a moment; the last place when all are older, null in an
 * empty thread. Where imported times do not grow with the places, it is a place between such messages.
 * @param since ISO
 */
export async function seqAtMoment(threadId: string, since: string): Promise<number | null> {
  const found = (await run(momentSearch, [threadId, since]))[0];
  return found && found.lastSeq > 0 ? Math.min(found.seq, found.lastSeq) : null;
}
