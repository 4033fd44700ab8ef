import type { PoolClient } from 'pg';
import { inTransaction, run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { againWhenBeaten } from '@/server/base/retry';
import { changeMany, publishMany, type Moved } from '@/server/domain/message/change-many';
import { spendSecret } from '@/server/domain/user/account';
import { publish } from '@/server/realtime/bus';
import { liveMessagesMax } from '@/shared/limits';
import type { Member } from '@/shared/user';

const roomsOf = (kinds: string, lock: string) =>
  `select id from rooms where kind ${kinds} and id in (select room_id from memberships where user_id = $1) order by id ${lock}`;
const lockRooms = statement<{ id: string }>('claim-rooms', roomsOf(`<> 'direct'`, 'for share'));
/** Their keys change: a share that grows would wait for senders who wait for us. */
const lockDirect = statement<{ id: string }>('claim-direct-rooms', roomsOf(`= 'direct'`, 'for update'));
const lockMemberships = statement<{ roomId: string }>(
  'claim-memberships',
  `select room_id as "roomId" from memberships
   where room_id = any($3::uuid[]) and user_id in ($1, $2) order by room_id, user_id for update`,
);
const lockVisitor = statement<{ id: string }>(
  'claim-visitor',
  `select id from users where id = $1 and kind = 'visitor' and claimed_by_id is null and erased_at is null for update`,
);
const countMemberships = statement<{ count: number }>(
  'claim-count',
  'select count(*)::int as count from memberships where user_id = $1 and room_id <> all ($2::uuid[])',
);
/** A ban stands whoever it was spoken to; otherwise the account's own state, unless it had left. */
const moveMemberships = statement<{ roomId: string }>(
  'claim-move-memberships',
  `with old as (delete from memberships where user_id = $1 returning *)
  insert into memberships as m (room_id, user_id, role, status, notify, joined_at, muted_until, last_post_at, history_from, hidden_at)
  select room_id, $2, case when role = 'visitor' then 'member' else role end, status, notify, joined_at,
    muted_until, last_post_at, history_from, hidden_at from old order by room_id
  on conflict (room_id, user_id) do update set
    role = least(m.role, excluded.role),
    status = case when excluded.status = 'banned' or m.status = 'left' then excluded.status else m.status end,
    joined_at = least(m.joined_at, excluded.joined_at),
    muted_until = greatest(m.muted_until, excluded.muted_until),
    history_from = case when m.history_from is null or excluded.history_from is null then null
      else least(m.history_from, excluded.history_from) end
  returning room_id as "roomId"`,
);
const moveReadStates = statement<unknown>(
  'claim-move-read-states',
  `with old as (delete from read_states where user_id = $1 returning *)
  insert into read_states as s (user_id, thread_id, last_read_seq, mark_version, delivered_seq, seen_seq, seen_at, following, muted)
  select $2, thread_id, last_read_seq, mark_version, delivered_seq, seen_seq, seen_at, following, muted
  from old order by thread_id
  on conflict (user_id, thread_id) do update set
    last_read_seq = greatest(s.last_read_seq, excluded.last_read_seq),
    mark_version = greatest(s.mark_version, excluded.mark_version),
    delivered_seq = greatest(s.delivered_seq, excluded.delivered_seq),
    seen_seq = greatest(s.seen_seq, excluded.seen_seq),
    seen_at = case when excluded.seen_seq > s.seen_seq then excluded.seen_at else s.seen_at end,
    following = case when s.following is null then excluded.following
      else s.following or coalesce(excluded.following, false) end,
    muted = s.muted and excluded.muted, updated_at = now()`,
);
/** What the visitor made or said beside messages. The index on authors finds messages by both. */
const rest = [
  statement<unknown>('claim-rooms-made', 'update rooms set created_by_id = $2 where created_by_id = $1'),
  statement<unknown>(
    'claim-threads-made',
    `update threads set created_by_id = $2 where created_by_id = $1
     and id in (select thread_id from read_states where user_id = $2)`,
  ),
  statement<unknown>(
    'claim-admin',
    'update users set is_admin = true where id = $2 and exists (select from users where id = $1 and is_admin)',
  ),
  statement<unknown>(
    'claim-drafts',
    `with old as (delete from drafts where user_id = $1 returning *)
     insert into drafts (user_id, thread_id, text, version, updated_at)
     select $2, thread_id, text, version, updated_at from old
     on conflict (user_id, thread_id) do update set text = excluded.text, version = drafts.version + 1, updated_at = now()
       where drafts.text = '' and excluded.text <> ''`,
  ),
  // Texts go on calling the visitor by their id: both are kept, and what is counted is the account's.
  statement<unknown>(
    'claim-mentions',
    `insert into mentions (message_id, user_id, thread_id, seq)
     select message_id, $2, thread_id, seq from mentions where user_id = $1 on conflict do nothing`,
  ),
  statement<unknown>('claim-held', 'update held_messages set author_id = $2 where author_id = $1'),
  statement<unknown>('claim-links', 'update invite_links set created_by_id = $2 where created_by_id = $1'),
  statement<unknown>(
    'claim-reports',
    `update reports p set reporter_id = $2 where reporter_id = $1
     and not exists (select from reports o where o.message_id = p.message_id and o.reporter_id = $2)`,
  ),
];
/**
 * Direct rooms are found by who is in them. Where the account has a room with the same people already, or
 * only talked to this visitor, that room keeps its messages and is found in the lists alone.
 */
const directKeys = statement<unknown>(
  'claim-direct',
  `with named as materialized (
    select r.id, length(r.direct_key) as size, array_to_string(array(
      select distinct k collate "C" from unnest(array_replace(string_to_array(r.direct_key, ','), $1::uuid::text, $2::uuid::text)) k
      order by 1
    ), ',') as key
    from rooms r where r.kind = 'direct' and position($1::uuid::text in r.direct_key) > 0
      and r.id in (select room_id from memberships where user_id = $2::uuid)
  ),
  ranked as (select id, key, row_number() over (partition by key order by size, id) as place from named)
  update rooms r set direct_key = case when n.place = 1 and position(',' in n.key) > 0 and not exists (
      select from rooms o where o.direct_key = n.key and o.id <> r.id
    ) then n.key end
  from ranked n where r.id = n.id`,
);
const finish = statement<unknown>(
  'claim-finish',
  `update users set claimed_by_id = $2, is_admin = false,
     visitor_verifier = null, recovery_verifier = null where id = $1`,
);
const reacted = statement<{ id: string }>(
  'claim-reacted',
  `select id from messages where reactions @> jsonb_build_array(jsonb_build_array(jsonb_build_array($1::text)))`,
);
const written = statement<{ id: string }>(
  'claim-written',
  `select id from messages where author_id = $1 and deleted_at is null order by created_at desc limit ${liveMessagesMax}`,
);
const calling = statement<{ id: string }>(
  'claim-calling',
  `select message_id as id from mentions where user_id = $1 order by seq desc limit ${liveMessagesMax}`,
);
/** In each list the account stands where the first of the two stood, once. */
const mergedReactions = `reactions = (
  select jsonb_agg(jsonb_build_array(e.pair->0, (
    select jsonb_agg(p.person order by p.first) from (
      select case when o.person = $2::text then $3::text else o.person end as person, min(o.place) as first
      from jsonb_array_elements_text(e.pair->1) with ordinality o (person, place) group by 1
    ) p)) order by e.place)
  from jsonb_array_elements(m.reactions) with ordinality e (pair, place))`;

/**
 * Makes a visitor part of an account: what they wrote, read, follow and reacted with is the account's from
 * now on. One transaction, with the locks in the order of a send (rooms, memberships, then messages and
 * threads), so that a send which is under way is either part of it or told that its author is gone.
 * Messages keep the visitor as their author in the database, and are read as the account's; those that may
 * stand on somebody's screen get a new `rev`, which brings them there.
 * @throws {AppError} CONFLICT when somebody was faster
 */
export async function claimVisitor(viewer: Member, visitorId: string): Promise<void> {
  const { moved, roomIds } = await againWhenBeaten(() =>
    inTransaction(async (client) => {
      await lockAll(client, viewer.userId, visitorId);
      const memberships = await run(moveMemberships, [visitorId, viewer.userId], client);
      await run(moveReadStates, [visitorId, viewer.userId], client);
      for (const each of rest) await run(each, [visitorId, viewer.userId], client);
      await run(directKeys, [visitorId, viewer.userId], client);
      await spendSecret(client, visitorId, viewer.userId);
      await run(finish, [visitorId, viewer.userId], client);
      const changed = await changeReactions(client, viewer.userId, visitorId);
      return { moved: changed, roomIds: memberships.map((row) => row.roomId) };
    }),
  );
  publish(`user:${visitorId}`, { type: 'identity' });
  for (const roomId of roomIds)
    publish(`user:${viewer.userId}`, { type: 'membership', roomId, status: 'joined' });
  publishMany(moved);
}

async function lockAll(client: PoolClient, accountId: string, visitorId: string): Promise<void> {
  const rooms = [
    ...(await run(lockRooms, [visitorId], client)),
    ...(await run(lockDirect, [visitorId], client)),
  ];
  const roomIds = rooms.map((row) => row.id);
  await run(lockMemberships, [visitorId, accountId, roomIds], client);
  if ((await run(lockVisitor, [visitorId], client)).length === 0)
    throw new AppError('CONFLICT', 'identity_ended', 'This visitor belongs to an account already.');
  // A room that was joined between the two locks: begin again, holding nothing.
  const [missed] = await run(countMemberships, [visitorId, roomIds], client);
  if (missed && missed.count > 0)
    throw Object.assign(new Error('A room was joined meanwhile.'), { code: '40001' });
}

async function changeReactions(client: PoolClient, accountId: string, visitorId: string): Promise<Moved[]> {
  const hits = (await run(reacted, [visitorId], client)).map((row) => row.id);
  const own = (await run(written, [visitorId], client)).map((row) => row.id);
  const calls = (await run(calling, [visitorId], client)).map((row) => row.id);
  return changeMany(client, [...new Set([...hits, ...own, ...calls])], {
    set: mergedReactions,
    values: [visitorId, accountId],
  });
}
