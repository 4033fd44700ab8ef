import { run, statement } from '@/server/base/db';
import {
  heldSql,
  refusedSql,
  threadColumns,
  threadSql,
  writtenSql,
  type Post,
  type PostedRow,
  type ThreadPosts,
} from '@/server/domain/message/post-batch';

/** Whether a post answers nothing and calls nobody, as most do. */
export const isPlain = ({ text, replyToId, wasHeld }: Post): boolean =>
  replyToId === null && wasHeld !== true && !text.includes('<@');

type AuthorColumns = 'authorKind' | 'authorName' | 'authorPicture';
type RoomColumns = 'aclRev' | 'roomSlug' | 'roomName' | 'roomKind' | 'visitors';
type ThreadColumns = 'shortId' | 'isMain' | 'parentMessageId' | Extract<keyof PostedRow, `head${string}`>;
/** Of a post whose right was proven; its thread's columns hold values in the last one of a thread that was written. */
type PlainRow = { ord: number } & Pick<PostedRow, AuthorColumns | RoomColumns> & {
    [Key in ThreadColumns]: PostedRow[Key] | null;
  };
type LastRow = PlainRow & Pick<PostedRow, ThreadColumns>;

/**
 * The write of what most posts are, over many threads at once: a commit costs about the same for one as
 * for sixty-four. A thread is written whole or not at all: where one of its posts may not be written, as the
 * rules of `post-batch` say, or what has to be locked is held by somebody else, `post-batch` says what
 * becomes of each. It takes the same locks and waits for none, so their order is free. Each look-up is a
 * sub-select by a key; a status that is compared as text keeps the index of a room's active members, which
 * would be read through, out of it. The first array stands in a sub-select of its own, where the planner cannot
 * see how few posts there are: it would make a plan for just as many at each write, for longer than that takes.
 */
const plainPosts = statement<PlainRow>(
  'post-plain',
  `with passed as materialized (
    select i.ord, i.thread_id, i.id, i.author_id, i.kind::message_kind as kind, i.text, null::uuid as reply_to_id,
      i.send_hash, i.place, i.total, i.is_authors_first, r.acl_rev, r.slug, r.name, r.room_kind, r.visitors
    from unnest((select $1::uuid[]), $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::int[], $8::int[], $9::bool[])
      with ordinality as i (thread_id, id, author_id, kind, text, send_hash, place, total, is_authors_first, ord)
    cross join lateral (
      select t.room_id from threads t
      where t.id = i.thread_id and t.archived_at is null and t.locked_at is null and t.deleted_at is null
      for no key update skip locked
    ) t
    cross join lateral (
      select r.id, r.slug, r.name, r.kind as room_kind, r.visitors, r.acl_rev, r.archived_at, r.locked_at, r.slow_mode_ms
      from rooms r where r.id = t.room_id
      for share skip locked
    ) r
    cross join lateral (
      select m.user_id, m.role, m.muted_until from memberships m
      where m.room_id = r.id and m.user_id = i.author_id and m.status::text = 'active'
      for share skip locked
    ) m
    where case${refusedSql}
        when ${heldSql} then 'held'
        when r.slow_mode_ms > 0 then 'slow_mode'
        else 'ok'
      end = 'ok'
  ),
  thread as (
    ${threadSql} from passed l
    where l.place = l.total and t.id = l.thread_id
      and l.total = (select count(*) from passed c where c.thread_id = l.thread_id)
    returning ${threadColumns}
  ),
  written as (
    ${writtenSql} from passed p join thread t on t."headThreadId" = p.thread_id
  ),
  followed as (
    insert into read_states (user_id, thread_id, last_read_seq, following)
    select p.author_id, p.thread_id, t."headSeq" - p.total + p.place, true
    from passed p join thread t on t."headThreadId" = p.thread_id
    where p.is_authors_first and not exists (
      select from read_states s where s.user_id = p.author_id and s.thread_id = p.thread_id and s.following is not null offset 0
    )
    on conflict (user_id, thread_id) do update set following = true,
      last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
      where read_states.following is null
  )
  select p.ord::int, u.kind as "authorKind", u.name as "authorName", u.picture as "authorPicture",
    p.acl_rev as "aclRev", p.slug as "roomSlug", p.name as "roomName", p.room_kind as "roomKind", p.visitors, t.*
  from passed p
  cross join lateral (select kind, name, picture from users where id = p.author_id offset 0) u
  left join thread t on t."headThreadId" = p.thread_id and p.place = p.total`,
);

/**
 * Writes plain posts to as many threads as there are, in one commit.
 * @returns for each thread a row per post, in the order given; null for a thread that nothing was written
 *   to, because its posts need `writePosts`
 * @throws 23505 when one of the ids was taken by a transaction that committed meanwhile: nothing was written
 */
export async function writePlainPosts(threads: readonly ThreadPosts[]): Promise<(PostedRow[] | null)[]> {
  const posts = threads.flatMap((each) => each.posts);
  const rows = await run(plainPosts, [
    threads.flatMap(({ threadId, posts: own }) => own.map(() => threadId)),
    posts.map((post) => post.id),
    posts.map((post) => post.authorId),
    posts.map((post) => post.kind),
    posts.map((post) => post.text),
    posts.map((post) => post.sendHash),
    threads.flatMap(({ posts: own }) => own.map((_, i) => i + 1)),
    threads.flatMap(({ posts: own }) => own.map(() => own.length)),
    threads.flatMap(({ posts: own }) => areAuthorsFirst(own)),
  ]);
  const byOrd: PlainRow[] = [];
  for (const row of rows) byOrd[row.ord - 1] = row;
  let from = 0;
  return threads.map((each) => {
    const own = byOrd.slice(from, (from += each.posts.length));
    const last = own.at(-1);
    return last && isWritten(last) ? postedRows(each, own, last) : null;
  });
}

/** Of each post whether its author has none before it. */
function areAuthorsFirst(posts: readonly Post[]): boolean[] {
  const seen = new Set<string>();
  return posts.map(({ authorId }) => {
    const isFirst = !seen.has(authorId);
    seen.add(authorId);
    return isFirst;
  });
}

const isWritten = (row: PlainRow): row is LastRow => row.headSeq !== null;

/** Field by field: copying rows by spreading takes longer than reading them. */
function postedRows({ threadId, posts }: ThreadPosts, rows: readonly PlainRow[], last: LastRow): PostedRow[] {
  const createdAt = last.headLastMessageAt.toISOString();
  return posts.map((post, i) => {
    const author = rows[i];
    if (!author) throw new Error('A thread is written whole.');
    const after = posts.length - 1 - i;
    return {
      outcome: 'ok',
      id: post.id,
      threadId,
      seq: last.headSeq - after,
      rev: last.headRev - after,
      kind: post.kind,
      authorId: post.authorId,
      authorKind: author.authorKind,
      authorName: author.authorName,
      authorPicture: author.authorPicture,
      text: post.text,
      createdAt,
      editedAt: null,
      deletedAt: null,
      reactions: null,
      replyToId: null,
      quoteSeq: null,
      quoteText: null,
      quoteAuthorId: null,
      quoteAuthorName: null,
      quoteAuthorPicture: null,
      quoteAuthorKind: null,
      quoteDeletedAt: null,
      childId: null,
      childShortId: null,
      childTitle: null,
      childSeq: null,
      childAt: null,
      waitMs: 0,
      mentioned: null,
      called: null,
      aclRev: last.aclRev,
      roomSlug: last.roomSlug,
      roomName: last.roomName,
      roomKind: last.roomKind,
      visitors: last.visitors,
      shortId: last.shortId,
      isMain: last.isMain,
      parentMessageId: last.parentMessageId,
      headThreadId: last.headThreadId,
      headRoomId: last.headRoomId,
      headTitle: last.headTitle,
      headSeq: last.headSeq,
      headFirstSeq: last.headFirstSeq,
      headRev: last.headRev,
      headHeadRev: last.headHeadRev,
      headLastMessageAt: last.headLastMessageAt,
      headArchivedAt: last.headArchivedAt,
      headLockedAt: last.headLockedAt,
    };
  });
}
