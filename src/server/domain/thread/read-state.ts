import { run, statement, type Statement } from '@/server/base/db';
import { readableSql } from '@/server/domain/room/rights';
import { theirsSql } from '@/server/domain/room/unread';
import { threadForRead } from '@/server/domain/thread/access';
import { readStateOf, seatColumns, standingsIn, type ReadStateRow } from '@/server/domain/thread/view';
import { publish } from '@/server/realtime/bus';
import type {
  FollowThreadInput,
  MarkReadInput,
  MarkUnreadInput,
  ThreadReadState,
  ThreadStanding,
} from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/** Of these threads those that the viewer ($1) may read; only they are looked at. */
const statesOf = (kind: 'visitor' | 'registered') =>
  statement<ReadStateRow & { threadId: string }>(
    `read-states-${kind}`,
    standingsIn(
      `select t.id as "threadId", r.kind as "roomKind", t.is_main as "isMain", t.seq,
      t.last_message_at as "lastMessageAt", ${seatColumns}
      from threads t join rooms r on r.id = t.room_id
      left join memberships m on m.room_id = r.id and m.user_id = $1
      where t.id = any($2::uuid[]) and t.deleted_at is null and ${readableSql(kind)}`,
      ['threadId'],
    ),
  );
const states = { visitor: statesOf('visitor'), registered: statesOf('registered') };

/** How the viewer stands in these threads; one they may not read is missing. */
export async function readStates(viewer: Viewer, threadIds: string[]): Promise<ThreadStanding[]> {
  if (viewer.userId === null || threadIds.length === 0) return [];
  const rows = await run(states[viewer.kind], [viewer.userId, threadIds]);
  return rows.map((row) => ({ threadId: row.threadId, readState: readStateOf(row) }));
}

/** The place of the last message before the viewer's joining (`m`): what a thread without a state counts from. */
const joinedSeq = `coalesce((select p.seq from messages p
  where p.thread_id = t.id and p.created_at <= m.joined_at order by p.seq desc limit 1), 0)`;
const from = `from threads t
  left join memberships m on m.room_id = t.room_id and m.user_id = $1 and m.status = 'active'
  left join read_states s on s.thread_id = t.id and s.user_id = $1`;
const countsUnstored = '(t.is_main and m.user_id is not null)';

/** Whether others may learn what the viewer ($1) has read; while they may not, no watermark moves. */
const sharesReceipts = '(select u.shows_receipts from users u where u.id = $1)';
/** For `update read_states s`: the viewer has seen everything up to `seq`. */
export const seenSql = (seq: string) => `
  seen_seq = case when ${sharesReceipts} then greatest(s.seen_seq, ${seq}) else s.seen_seq end,
  seen_at = case when ${sharesReceipts} and ${seq} > s.seen_seq then now() else s.seen_at end,
  delivered_seq = case when ${sharesReceipts} then greatest(s.delivered_seq, ${seq}) else s.delivered_seq end`;

/** What was seen stays seen: a mark of an older version comes too late for unread, but not for receipts. */
const mark = statement<{ threadId: string; isShared: boolean }>(
  'read-state-mark',
  `insert into read_states (user_id, thread_id, last_read_seq, following, seen_seq, delivered_seq, seen_at)
   select $1, t.id, greatest(least($3::int, t.seq),
       case when s.user_id is null and ${countsUnstored} then ${joinedSeq} else 0 end),
     case when ${countsUnstored} then true end, w.seq, w.seq, case when w.seq > 0 then now() end
   ${from}
   cross join lateral (select case when ${sharesReceipts} then least($3::int, t.seq) else 0 end as seq) w
   where t.id = $2
   on conflict (user_id, thread_id) do update set
     last_read_seq = case when read_states.mark_version <= coalesce($4::int, read_states.mark_version)
       then greatest(read_states.last_read_seq, excluded.last_read_seq) else read_states.last_read_seq end,
     seen_seq = greatest(read_states.seen_seq, excluded.seen_seq),
     delivered_seq = greatest(read_states.delivered_seq, excluded.delivered_seq),
     seen_at = case when excluded.seen_seq > read_states.seen_seq then now() else read_states.seen_at end,
     updated_at = now()
     where read_states.seen_seq < excluded.seen_seq or (read_states.last_read_seq < excluded.last_read_seq
       and read_states.mark_version <= coalesce($4::int, read_states.mark_version))
   returning thread_id as "threadId", ${sharesReceipts} as "isShared"`,
);
const unmark = statement<{ threadId: string }>(
  'read-state-unmark',
  `insert into read_states (user_id, thread_id, last_read_seq, mark_version, following)
   select $1, t.id, greatest(0, coalesce(
     case when $3::int is not null then least($3::int, t.seq) else (
       select x.seq from messages x where x.thread_id = t.id and ${theirsSql} order by x.seq desc limit 1
     ) end, t.seq) - 1), 1, true
   from threads t where t.id = $2
   on conflict (user_id, thread_id) do update set last_read_seq = excluded.last_read_seq,
     mark_version = read_states.mark_version + 1, following = true, updated_at = now()
   returning thread_id as "threadId"`,
);
const follow = statement<{ threadId: string }>(
  'read-state-follow',
  `insert into read_states (user_id, thread_id, last_read_seq, following, muted)
   select $1, t.id, case when ${countsUnstored} then ${joinedSeq} else t.seq end,
     coalesce($3::boolean, ${countsUnstored}), coalesce($4::boolean, false)
   ${from} where t.id = $2 and ($3::boolean is not null or $4::boolean is not null)
   on conflict (user_id, thread_id) do update set
     following = coalesce($3, read_states.following, excluded.following),
     muted = coalesce($4, read_states.muted), updated_at = now(),
     last_read_seq = case when read_states.following is null
       then greatest(read_states.last_read_seq, excluded.last_read_seq) else read_states.last_read_seq end
     where read_states.following is distinct from coalesce($3, read_states.following, excluded.following)
       or read_states.muted <> coalesce($4, read_states.muted)
   returning thread_id as "threadId"`,
);

/**
 * Runs a change of the viewer's own state and tells all their tabs of it. A stranger keeps no state.
 * @throws {AppError} NOT_FOUND
 */
async function change(
  viewer: Viewer,
  threadId: string,
  by: { statement: Statement<{ threadId: string; isShared?: boolean }>; values: unknown[] },
): Promise<ThreadReadState> {
  await threadForRead(viewer, { id: threadId });
  const none = {
    threadId,
    lastReadSeq: 0,
    markVersion: 0,
    following: false,
    muted: false,
    unread: 0,
    mentions: 0,
  };
  if (viewer.userId === null) return none;
  const changed = await run(by.statement, [viewer.userId, threadId, ...by.values]);
  const [standing] = await readStates(viewer, [threadId]);
  const state = { ...none, ...standing?.readState };
  if (changed.length > 0) publish(`user:${viewer.userId}`, { type: 'read', states: [state] });
  if (changed[0]?.isShared) publish(`thread:${threadId}`, { type: 'receipts', threadId });
  return state;
}

/**
 * The viewer has read up to `seq`. Within a version the mark only grows; one of an older version came
 * late and is ignored. Reading a thread that the viewer does not follow keeps their place in it, and
 * decides nothing: it is neither followed nor counted by that.
 * @throws {AppError} NOT_FOUND
 */
export const markRead = (viewer: Viewer, { threadId, seq, markVersion }: MarkReadInput) =>
  change(viewer, threadId, { statement: mark, values: [seq, markVersion ?? null] });

/**
 * The message at `seq` and all after it are unread again, under a new version, so that marks which are
 * still under way change nothing. Whoever does this wants to come back to the thread: it is followed.
 * @throws {AppError} NOT_FOUND
 */
export const markUnread = (viewer: Viewer, { threadId, seq }: MarkUnreadInput) =>
  change(viewer, threadId, { statement: unmark, values: [seq ?? null] });

/**
 * What the viewer wants to hear of a thread; what is not given stays. A thread followed for the first
 * time counts from now on.
 * @throws {AppError} NOT_FOUND
 */
export const followThread = (viewer: Viewer, { threadId, following, muted }: FollowThreadInput) =>
  change(viewer, threadId, { statement: follow, values: [following ?? null, muted ?? null] });
