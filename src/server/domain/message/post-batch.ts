import { run, statement } from '@/server/base/db';
import { prefixedHeadColumns, type PrefixedHead } from '@/server/domain/thread/view';
import { calledSql, mentionableSql } from '@/server/domain/message/mention';
import type { MessageRow } from '@/server/domain/message/view';
import { personSql } from '@/server/domain/user/person';
import { previewMaxChars } from '@/shared/limits';
import { mentionsIn } from '@/shared/markdown';
import type { MessageKind } from '@/shared/message';
import type { RoomKind, VisitorPolicy } from '@/shared/room';
import type { PersonView } from '@/shared/user';

export type Post = {
  id: string;
  authorId: string;
  kind: MessageKind;
  text: string;
  replyToId: string | null;
  /** Hash of thread, text and reply: tells a retry from a second use of the id. */
  sendHash: Buffer;
  /** Whether it waited for a moderator, who lets it in now. */
  wasHeld?: true;
};

/** Posts to one thread, in order. */
export type ThreadPosts = { threadId: string; posts: Post[] };

/** Why one post of a batch was not written, or `ok`. */
export type PostOutcome =
  | 'ok'
  | 'exists'
  | 'not_member'
  | 'muted'
  | 'slow_mode'
  | 'visitors_read_only'
  | 'room_archived'
  | 'room_locked'
  | 'reply_not_found'
  /** It still waits for a moderator. */
  | 'held';

/**
 * A written post. Of one that was not written, only `id`, `outcome` and the room's columns hold values; the
 * thread's columns do in the last of those that were written to it.
 */
export type PostedRow = Omit<MessageRow, 'seq'> & {
  outcome: PostOutcome;
  seq: number | null;
  /** In slow mode: how long until the author's next post, milliseconds. */
  waitMs: number;
  aclRev: number;
  roomSlug: string;
  roomName: string;
  roomKind: RoomKind;
  visitors: VisitorPolicy;
  shortId: string;
  isMain: boolean;
  parentMessageId: string | null;
  /** Whom it calls, and whom the message does that it answers. */
  mentioned: PersonView[] | null;
  /** Who follows the thread from now on because the batch calls them; the same in all rows. */
  called: PersonView[] | null;
} & PrefixedHead;

/**
 * Why a post (`i`) is refused, over its room `r` and its author's membership `m`: branches of a `case`.
 * Here and below `offset 0` has each row looked up by its index: a plan that was made while the table was small would
 * go on reading all of it, at each write, until there are new statistics.
 */
export const refusedSql = `
        when exists (select from messages x where x.id = i.id offset 0) then 'exists'
        when m.user_id is null then 'not_member'
        when r.archived_at is not null then 'room_archived'
        when r.locked_at is not null and m.role not in ('owner', 'moderator') then 'room_locked'
        when m.role = 'visitor' and r.visitors not in ('write', 'approve') then 'visitors_read_only'
        when m.muted_until > now() then 'muted'`;

/** Whether a post `i` waits for a moderator of its room `r`, or was turned away by one. */
export const heldSql = `r.visitors = 'approve' and exists (select from held_messages h where h.id = i.id offset 0)`;

/** The thread `t` after the last post `l` of a batch of `l.total`. */
export const threadSql = `update threads t set
      seq = t.seq + l.total,
      rev = t.rev + l.total,
      last_message_at = greatest(t.last_message_at, clock_timestamp()),
      last_message_text = left(l.text, ${previewMaxChars}),
      last_message_author_id = l.author_id`;
export const threadColumns = `${prefixedHeadColumns}, t.short_id as "shortId", t.is_main as "isMain",
      t.parent_message_id as "parentMessageId"`;

/** What a post `p` is stored as, the thread `t` being counted up already. */
export const writtenSql = `insert into messages
      (id, thread_id, seq, rev, kind, author_id, text, reply_to_id, send_hash, created_at)
    select p.id, t."headThreadId", t."headSeq" - p.total + p.place, t."headRev" - p.total + p.place,
      p.kind, p.author_id, p.text, p.reply_to_id, p.send_hash, t."headLastMessageAt"`;

/**
 * The write: one statement that checks, numbers and stores a batch of posts to one thread.
 * It locks the room, then the authors' memberships by user id, then the thread, so that a removal, a
 * ban or a closed room and a send never cross; in slow mode it locks the authors for writing, so that
 * of two posts at once one waits its turn; `seq` and `rev` stay dense because only posts that
 * pass are counted, under the thread's row lock. A duplicate id that commits meanwhile raises 23505
 * and undoes the whole statement. No row with a `seq` comes back from an archived, locked or deleted thread.
 */
const postBatch = statement<PostedRow>(
  'post-batch',
  `with room as materialized (
    select id, slug, name, kind, visitors, acl_rev, archived_at, locked_at, slow_mode_ms from rooms
    where id = (select room_id from threads where id = $1) for share
  ),
  slowed as materialized (
    select user_id from memberships
    where room_id = (select id from room where slow_mode_ms > 0) and user_id = any($3::uuid[])
      and status = 'active' and role not in ('owner', 'moderator')
    order by user_id for no key update
  ),
  member as materialized (
    select user_id, role, muted_until, last_post_at from memberships
    where room_id = (select id from room) and user_id = any($3::uuid[]) and status = 'active'
      and (select count(*) from slowed) >= 0
    order by user_id for share
  ),
  judged as materialized (
    select i.ord, i.id, i.author_id, i.kind::message_kind as kind, i.text, i.reply_to_id, i.send_hash,
      case${refusedSql}
        when not i.was_held and ${heldSql} then 'held'
        when i.reply_to_id is not null
          and not exists (select from messages q where q.id = i.reply_to_id and q.thread_id = $1 offset 0)
          then 'reply_not_found'
        else 'ok'
      end as outcome,
      case when m.user_id in (select user_id from slowed) then r.slow_mode_ms else 0 end as slow_ms,
      extract(epoch from clock_timestamp() - m.last_post_at) * 1000 as since_ms
    from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::uuid[], $10::bool[])
      with ordinality as i (id, author_id, kind, text, send_hash, reply_to_id, was_held, ord)
    cross join room r
    left join member m on m.user_id = i.author_id
  ),
  input as materialized (
    select j.ord, j.id, j.author_id, j.kind, j.text, j.reply_to_id, j.send_hash, w.wait_ms,
      case when j.outcome = 'ok' and w.wait_ms > 0 then 'slow_mode' else j.outcome end as outcome
    from (select *, row_number() over (partition by author_id, outcome order by ord) as nth from judged) j
    cross join lateral (select case
      when j.slow_ms = 0 then 0
      when j.since_ms < j.slow_ms then ceil(j.slow_ms - j.since_ms)::int
      when j.nth > 1 then j.slow_ms else 0 end as wait_ms) w
  ),
  passed as materialized (
    select *, row_number() over (order by ord)::int as place, count(*) over ()::int as total
    from input where outcome = 'ok'
  ),
  thread as (
    ${threadSql} from passed l
    where l.place = l.total and t.id = $1 and t.archived_at is null and t.locked_at is null and t.deleted_at is null
    returning ${threadColumns}
  ),
  written as (
    ${writtenSql} from passed p cross join thread t
    returning id, seq, rev, created_at
  ),
  paced as (
    update memberships m set last_post_at = clock_timestamp() from thread t
    where m.room_id = t."headRoomId" and m.user_id in (select p.author_id from passed p join slowed s on s.user_id = p.author_id)
  ),
  named as materialized (
    select a.ord, nu.id as user_id, ${personSql('nu')} as person from unnest($8::int[], $9::uuid[]) as a (ord, user_id)
    join users nu on nu.id = a.user_id
    where ${mentionableSql('(select id from room)')}
  ),
  noted as (
    insert into mentions (message_id, user_id, thread_id, seq)
    select w.id, n.user_id, $1, w.seq from named n join passed p on p.ord = n.ord join written w on w.id = p.id
  ),
  reader as (
    select p.author_id as user_id, t."headSeq" - p.total + p.place as read_to, 0 as rank
    from passed p cross join thread t
    union all
    select n.user_id, t."headSeq" - p.total + p.place - 1, 1 from named n
    join passed p on p.ord = n.ord and p.author_id <> n.user_id cross join thread t where not t."isMain"
  ),
  followed as (
    insert into read_states (user_id, thread_id, last_read_seq, following)
    select distinct on (e.user_id) e.user_id, $1::uuid, e.read_to, true from reader e
    where not exists (
      select from read_states s where s.user_id = e.user_id and s.thread_id = $1 and s.following is not null offset 0
    )
    order by e.user_id, e.rank, e.read_to
    on conflict (user_id, thread_id) do update set following = true,
      last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
      where read_states.following is null
    returning user_id
  )
  select i.outcome, i.id, w.seq, w.rev, i.kind, i.author_id as "authorId",
    u.kind as "authorKind", u.name as "authorName", u.picture as "authorPicture", i.text, w.created_at::text as "createdAt",
    r.acl_rev as "aclRev", r.slug as "roomSlug", r.name as "roomName", r.kind as "roomKind", r.visitors, t.*,
    $1::uuid as "threadId", i.wait_ms as "waitMs",
    null as "editedAt", null as "deletedAt", null::jsonb as reactions, i.reply_to_id as "replyToId",
    q.seq as "quoteSeq", left(q.text, ${previewMaxChars}) as "quoteText", q.deleted_at::text as "quoteDeletedAt",
    qu.id as "quoteAuthorId", qu.name as "quoteAuthorName", qu.kind as "quoteAuthorKind",
    qu.picture as "quoteAuthorPicture",
    null::uuid as "childId", null as "childShortId", null as "childTitle", null::int as "childSeq",
    null as "childAt",
    (select jsonb_agg(distinct n.person) from (
      select person from named where ord = i.ord
      union all
      select ${calledSql('qn', 'nu')} from mentions qn join users qv on qv.id = qn.user_id
      join users nu on nu.id = coalesce(qv.claimed_by_id, qv.id)
      where qn.message_id = i.reply_to_id and q.text like '%<@%'
    ) n) as mentioned,
    (select jsonb_agg(distinct n.person) from named n join followed f on f.user_id = n.user_id) as called
  from input i
  cross join room r
  left join written w on w.id = i.id
  left join thread t on t."headSeq" = w.seq
  left join users u on u.id = i.author_id
  left join messages q on q.id = i.reply_to_id
  left join users qw on qw.id = q.author_id
  left join users qu on qu.id = coalesce(qw.claimed_by_id, qw.id)
  order by i.ord`,
);

/**
 * Writes a batch to one thread; whoever its texts call must be in the room to be called.
 * @returns a row per post, in the order given; `seq` is null for a post that was not written. No rows
 *   at all: there is no such thread
 * @throws 23505 when one of the ids was taken by a transaction that committed meanwhile
 */
export function writePosts(threadId: string, posts: Post[]): Promise<PostedRow[]> {
  const named = posts.flatMap(({ text }, i) => mentionsIn(text).map((userId) => ({ place: i + 1, userId })));
  return run(postBatch, [
    threadId,
    posts.map((post) => post.id),
    posts.map((post) => post.authorId),
    posts.map((post) => post.kind),
    posts.map((post) => post.text),
    posts.map((post) => post.sendHash),
    posts.map((post) => post.replyToId),
    named.map(({ place }) => place),
    named.map(({ userId }) => userId),
    posts.map((post) => post.wasHeld === true),
  ]);
}
