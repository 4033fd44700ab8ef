import { run, statement } from '@/server/base/db';
import {
  heldSql,
  postedColumns,
  refusedSql,
  threadColumns,
  threadSql,
  writtenSql,
  type Post,
  type PostedRow,
  type PostOutcome,
  type ThreadPosts,
} from '@/server/domain/message/post-batch';

/** What no plain post has: named by the statement, since spreading it into each row here takes far longer. */
const nothing = `0 as "waitMs", ${[
  ...['editedAt', 'deletedAt', 'reactions', 'replyToId', 'quoteSeq', 'quoteText', 'quoteDeletedAt'],
  ...['quoteAuthorId', 'quoteAuthorName', 'quoteAuthorKind', 'quoteAuthorPicture', 'childId', 'childShortId'],
  ...['childTitle', 'childSeq', 'childAt', 'mentioned', 'called'],
]
  .map((column) => `null as "${column}"`)
  .join(', ')}`;
type PlainRow = Omit<PostedRow, 'outcome'> & { outcome: PostOutcome | 'unusual' };

/** Whether a post answers nothing and calls nobody, as most do. */
export const isPlain = ({ text, replyToId, wasHeld }: Post): boolean =>
  replyToId === null && wasHeld !== true && !text.includes('<@');

/**
 * The write of what most posts are, over many threads at once: a commit costs about the same for one as
 * for sixty-four. It takes the locks of `post-batch` and in the same order, but waits for none: what
 * somebody else holds just now is `unusual`, as is slow mode. A thread with anything unusual in it is left
 * alone as a whole.
 */
const plainPosts = statement<PlainRow>(
  'post-plain',
  `with input as materialized (
    select i.*, t.room_id
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[])
      with ordinality as i (thread_id, id, author_id, kind, text, send_hash, ord)
    left join threads t on t.id = i.thread_id
  ),
  room as materialized (
    select id, slug, name, kind, visitors, acl_rev, archived_at, locked_at, slow_mode_ms from rooms
    where id in (select room_id from input) order by id for share skip locked
  ),
  member as materialized (
    select room_id, user_id, role, muted_until from memberships
    where (room_id, user_id) in (select room_id, author_id from input) and status = 'active'
      and (select count(*) from room) >= 0
    order by room_id, user_id for share skip locked
  ),
  judged as materialized (
    select i.ord, i.thread_id, i.room_id, i.id, i.author_id, i.kind::message_kind as kind, i.text,
      null::uuid as reply_to_id, i.send_hash,
      case
        when i.room_id is null then 'not_member'
        when r.id is null or m.user_id is null and exists (
          select from memberships o where o.room_id = i.room_id and o.user_id = i.author_id and o.status = 'active' offset 0
        ) then 'unusual'${refusedSql}
        when ${heldSql} then 'held'
        when r.slow_mode_ms > 0 then 'unusual'
        else 'ok'
      end as outcome
    from input i
    left join room r on r.id = i.room_id
    left join member m on m.room_id = i.room_id and m.user_id = i.author_id
  ),
  passed as materialized (
    select *, row_number() over (partition by thread_id order by ord)::int as place,
      count(*) over (partition by thread_id)::int as total
    from judged
    where outcome = 'ok' and thread_id not in (select thread_id from judged where outcome = 'unusual')
  ),
  free as materialized (
    select id from threads
    where id in (select thread_id from passed) and archived_at is null and locked_at is null and deleted_at is null
    order by id for no key update skip locked
  ),
  thread as (
    ${threadSql} from passed l join free f on f.id = l.thread_id
    where l.place = l.total and t.id = l.thread_id
    returning ${threadColumns}
  ),
  written as (
    ${writtenSql} from passed p join thread t on t."headThreadId" = p.thread_id
    returning id, seq, rev, created_at
  ),
  followed as (
    insert into read_states (user_id, thread_id, last_read_seq, following)
    select distinct on (p.author_id, p.thread_id) p.author_id, p.thread_id, t."headSeq" - p.total + p.place, true
    from passed p join thread t on t."headThreadId" = p.thread_id
    where not exists (
      select from read_states s where s.user_id = p.author_id and s.thread_id = p.thread_id and s.following is not null offset 0
    )
    order by p.author_id, p.thread_id, p.place
    on conflict (user_id, thread_id) do update set following = true,
      last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
      where read_states.following is null
  )
  select ${postedColumns}, i.thread_id as "threadId", ${nothing}
  from judged i
  left join room r on r.id = i.room_id
  left join written w on w.id = i.id
  left join thread t on t."headThreadId" = i.thread_id and t."headSeq" = w.seq
  left join users u on u.id = i.author_id
  order by i.ord`,
);

/**
 * Writes plain posts to as many threads as there are, in one commit.
 * @returns for each thread a row per post, in the order given; null for a thread that nothing was written
 *   to, because its posts need `writePosts`
 * @throws 23505 when one of the ids was taken by a transaction that committed meanwhile: nothing was written
 */
export async function writePlainPosts(threads: readonly ThreadPosts[]): Promise<(PostedRow[] | null)[]> {
  const posts = threads.flatMap((each) => each.posts.map((post) => ({ ...post, threadId: each.threadId })));
  const rows = await run(plainPosts, [
    posts.map((post) => post.threadId),
    posts.map((post) => post.id),
    posts.map((post) => post.authorId),
    posts.map((post) => post.kind),
    posts.map((post) => post.text),
    posts.map((post) => post.sendHash),
  ]);
  let from = 0;
  return threads.map((each) => {
    const own = rows.slice(from, (from += each.posts.length));
    return own.every(isSettled) ? own : null;
  });
}

const isSettled = (row: PlainRow): row is PlainRow & { outcome: PostOutcome } =>
  row.outcome !== 'unusual' && (row.outcome !== 'ok' || row.seq !== null);
