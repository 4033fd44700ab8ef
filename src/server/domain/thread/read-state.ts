import { run, statement, type Statement } from '@/server/base/db';
import { readableSql } from '@/server/domain/room/rights';
import { theirsSql } from '@/server/domain/room/unread';
import { threadForRead } from '@/server/domain/thread/access';
import { readStateOf, withReadState, type ReadStateRow } from '@/server/domain/thread/view';
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
    withReadState(`select t.id as "threadId", t.room_id as "roomId", t.is_main as "isMain", t.seq,
      t.last_message_at as "lastMessageAt"
      from threads t join rooms r on r.id = t.room_id
      left join memberships m on m.room_id = r.id and m.user_id = $1
      where t.id = any($2::uuid[]) and ${readableSql(kind)}`),
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

const mark = statement<{ threadId: string }>(
  'read-state-mark',
  `insert into read_states (user_id, thread_id, last_read_seq, following)
   select $1, t.id, greatest(least($3::int, t.seq), case when s.user_id is null then ${joinedSeq} else 0 end), true
   ${from} where t.id = $2 and (s.user_id is not null or ${countsUnstored})
   on conflict (user_id, thread_id) do update set last_read_seq = excluded.last_read_seq, updated_at = now()
     where read_states.last_read_seq < excluded.last_read_seq
       and read_states.mark_version <= coalesce($4::int, read_states.mark_version)
   returning thread_id as "threadId"`,
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
   on conflict (user_id, thread_id) do update set following = coalesce($3, read_states.following),
     muted = coalesce($4, read_states.muted), updated_at = now()
     where read_states.following <> coalesce($3, read_states.following)
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
  by: { statement: Statement<{ threadId: string }>; values: unknown[] },
): Promise<ThreadReadState> {
  await threadForRead(viewer, { id: threadId });
  const none = { threadId, lastReadSeq: 0, markVersion: 0, following: false, muted: false, unread: 0 };
  if (viewer.userId === null) return none;
  const changed = await run(by.statement, [viewer.userId, threadId, ...by.values]);
  const [standing] = await readStates(viewer, [threadId]);
  const state = { ...none, ...standing?.readState };
  if (changed.length > 0) publish(`user:${viewer.userId}`, { type: 'read', states: [state] });
  return state;
}

/**
 * The viewer has read up to `seq`. Within a version the mark only grows; one of an older version came
 * late and is ignored. A thread that the viewer neither follows nor has a state in keeps none: a row
 * is what tells that somebody follows, or has decided not to.
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
