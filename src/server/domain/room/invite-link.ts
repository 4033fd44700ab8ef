import { createHash } from 'node:crypto';
import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { roomForRead } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay } from '@/server/domain/room/change-room';
import { publish } from '@/server/realtime/bus';
import type {
  CreateLinkInput,
  InvitationView,
  InviteLinkView,
  LinkRole,
  LinkState,
  RevokeLinkInput,
} from '@/shared/invite-link';
import { openLinksMax } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { Member, Viewer } from '@/shared/user';
import { networkShutOut, shutOutSql } from '@/server/domain/room/membership';
import { getRoom } from '@/server/domain/room/read';
import { actingRole, outranks, type MembershipStatus } from '@/server/domain/room/rights';
import { standingOf } from '@/server/domain/room/access';

const verifierOf = (token: string) => createHash('sha256').update(token).digest();

/** Over `invite_links l` and `rooms r`; the first that is so is the reason that is told. */
const stateSql = `case when l.revoked_at is not null then 'revoked' when r.archived_at is not null then 'archived'
  when l.expires_at <= now() then 'expired' when l.uses >= l.uses_max then 'full' else 'open' end`;

type Row = Omit<InviteLinkView, 'createdBy' | 'createdAt' | 'expiresAt'> & {
  createdAt: Date;
  expiresAt: Date | null;
  creatorId: string;
  creatorName: string;
};
const columns = `l.id, l.role, l.hides_history as "hidesHistory", l.created_at as "createdAt", l.expires_at as "expiresAt",
  l.uses_max as "usesMax", l.uses, u.id as "creatorId", u.name as "creatorName", ${stateSql} as state`;
const from = 'from invite_links l join rooms r on r.id = l.room_id join users u on u.id = l.created_by_id';

const insert = statement<{ id: string }>(
  'link-create',
  `insert into invite_links (id, room_id, verifier, role, hides_history, created_by_id, expires_at, uses_max)
   select $1, $2, $3, $4::room_role, $5, $6, now() + $7::int * interval '1 hour', $8
   on conflict do nothing returning id`,
);
const one = statement<Row & { verifier: Buffer; roomId: string }>(
  'link-one',
  `select ${columns}, l.verifier, l.room_id as "roomId" ${from} where l.id = $1`,
);
const ofRoom = statement<Row>(
  'link-list',
  `select ${columns} ${from} where l.room_id = $1 and l.revoked_at is null order by l.created_at desc, l.id desc
   limit ${openLinksMax * 2}`,
);
const countOpen = statement<{ count: number }>(
  'link-count',
  `select count(*)::int as count ${from} where l.room_id = $1 and ${stateSql} = 'open'`,
);
const revoke = statement<{ id: string }>(
  'link-revoke',
  'update invite_links set revoked_at = coalesce(revoked_at, now()) where id = $2 and room_id = $1 returning id',
);

const linkOf = ({ creatorId, creatorName, createdAt, expiresAt, ...row }: Row): InviteLinkView => ({
  id: row.id,
  role: row.role,
  hidesHistory: row.hidesHistory,
  createdBy: { id: creatorId, name: creatorName },
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  usesMax: row.usesMax,
  uses: row.uses,
  state: row.state,
});

/**
 * Makes a link that lets people in. The token stays with whoever made it: only a verifier is kept.
 * Repeating the call returns the link.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT when the id or the token is used already
 */
export function createLink(viewer: Member, input: CreateLinkInput): Promise<InviteLinkView> {
  const { id, roomId, token, role, hours, usesMax, hidesHistory } = input;
  const verifier = verifierOf(token);
  return changeRoom(viewer, { roomId }, async ({ client, room }) => {
    proveMay(viewer, room, 'invite', 'Only moderators can let people in.');
    if (role === 'moderator' && !outranks(actingRole(standingOf(viewer, room)), 'moderator'))
      throw new AppError('FORBIDDEN', 'not_allowed', 'Only an owner can make a link for moderators.');
    const known = (await run(one, [id], client))[0];
    if (!known && ((await run(countOpen, [roomId], client))[0]?.count ?? 0) >= openLinksMax)
      throw new AppError(
        'CONFLICT',
        'too_many',
        `A room has at most ${openLinksMax} links that work: revoke one first.`,
      );
    if (!known)
      await run(insert, [id, roomId, verifier, role, hidesHistory, viewer.userId, hours, usesMax], client);
    const link = known ?? (await run(one, [id], client))[0];
    if (!link || link.roomId !== roomId || !link.verifier.equals(verifier))
      throw new AppError('CONFLICT', 'id_taken', 'This id or token was already used for another link.');
    if (!known)
      await recordAudit(client, {
        roomId,
        actorId: viewer.userId,
        action: 'room.invite',
        details: { link: id, role, hidesHistory },
      });
    return { result: linkOf(link), takesRights: false };
  });
}

/** @throws {AppError} NOT_FOUND, FORBIDDEN */
export async function listLinks(
  viewer: Viewer,
  { roomId }: { roomId: string },
): Promise<{ links: InviteLinkView[] }> {
  const room = await roomForRead(viewer, roomId);
  proveMay(viewer, room, 'invite', 'Only moderators see the links of this room.');
  return { links: (await run(ofRoom, [roomId])).map(linkOf) };
}

/**
 * Makes a link let nobody in any more; whoever came by it stays. Repeating it changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export const revokeLink = (viewer: Member, { roomId, id }: RevokeLinkInput) =>
  changeRoom(viewer, { roomId }, async ({ client, room }) => {
    proveMay(viewer, room, 'invite', 'Only moderators can revoke links.');
    if (!(await run(revoke, [roomId, id], client))[0]) throw notFound();
    await recordAudit(client, {
      roomId,
      actorId: viewer.userId,
      action: 'room.revoke',
      details: { link: id },
    });
    return { result: { id }, takesRights: false };
  });

type Held = {
  id: string;
  roomId: string;
  slug: string;
  name: string;
  topic: string;
  role: LinkRole;
  hidesHistory: boolean;
  invitedBy: string;
  state: LinkState;
  status: MembershipStatus | null;
};
const byToken = statement<Held>(
  'link-by-token',
  `select l.id, r.id as "roomId", r.slug, r.name, r.topic, l.role, l.hides_history as "hidesHistory", u.name as "invitedBy",
     ${stateSql} as state, m.status
   ${from} left join memberships m on m.room_id = r.id and m.user_id = $2 where l.verifier = $1`,
);

/**
 * What a link leads to, for whoever holds it.
 * @throws {AppError} NOT_FOUND for a token that was never given out, and for whoever is banned
 */
export async function readInvitation(viewer: Viewer, { token }: { token: string }): Promise<InvitationView> {
  const link = (await run(byToken, [verifierOf(token), viewer.userId]))[0];
  if (!link || link.status === 'banned') throw notFound();
  const { roomId, slug, name, topic, role, hidesHistory, invitedBy, state } = link;
  const room = { id: roomId, slug, name, topic };
  return { room, role, hidesHistory, invitedBy, state, isMember: link.status === 'active' };
}

const lockRoom = statement<{ id: string }>('link-lock-room', 'select id from rooms where id = $1 for share');
/** A seat to lock, so that the same person who joins twice at once waits for themselves. */
const holdSeat = statement<unknown>(
  'link-hold-seat',
  `insert into memberships (room_id, user_id, role, status) values ($1, $2, 'visitor', 'left') on conflict do nothing`,
);
const lockSeat = statement<{ status: MembershipStatus; isShutOut: boolean }>(
  'link-lock-seat',
  `select status, ${shutOutSql('$2', '$1')} as "isShutOut" from memberships
   where room_id = $1 and user_id = $2 for no key update`,
);
/** The link's row is locked last; a race for its last use is decided here. */
const use = statement<{ id: string }>(
  'link-use',
  `update invite_links l set uses = l.uses + 1 from rooms r
   where l.id = $1 and r.id = l.room_id and ${stateSql} = 'open' returning l.id`,
);
const seat = statement<unknown>(
  'link-seat',
  `with seated as (
    insert into memberships (room_id, user_id, role, history_from)
    values ($1, $2, $3::room_role, case when $4 then now() end)
    on conflict (room_id, user_id) do update set status = 'active', role = excluded.role, joined_at = now(),
      history_from = excluded.history_from, hidden_at = null
    returning room_id
  )
  insert into read_states (user_id, thread_id, last_read_seq, following)
  select $2, t.id, t.seq, true from threads t, seated where t.room_id = seated.room_id and t.is_main
  on conflict (user_id, thread_id) do update set following = true,
     last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
     where read_states.following is null`,
);
const closedWords: Record<Exclude<LinkState, 'open'>, string> = {
  expired: 'This link has expired. Ask for a new one.',
  revoked: 'This link was taken back. Ask for a new one.',
  full: 'This link was used as often as it may be. Ask for a new one.',
  archived: 'This room is archived and takes nobody in any more.',
};

/**
 * Joins the room that a link leads to. A member stays what they are and uses nothing up; a person is
 * made of a stranger only once the link is known to be good.
 * @param member makes sure that the viewer has a row
 * @throws {AppError} NOT_FOUND; FORBIDDEN when the link lets nobody in, or not this person or their network
 */
export async function joinByLink(
  viewer: Viewer,
  token: string,
  member: () => Promise<Member>,
): Promise<RoomView> {
  const verifier = verifierOf(token);
  const before = await readInvitation(viewer, { token });
  if (!before.isMember && before.state !== 'open')
    throw new AppError('FORBIDDEN', 'link_closed', closedWords[before.state]);
  const person = await member();
  const isNew = await inTransaction(async (client) => {
    const roomId = before.room.id;
    await run(lockRoom, [roomId], client);
    await run(holdSeat, [roomId, person.userId], client);
    const { status, isShutOut } = (await run(lockSeat, [roomId, person.userId], client))[0] ?? {};
    if (status === 'active') return false;
    if (status === 'banned') throw notFound();
    if (status === 'removed')
      throw new AppError(
        'FORBIDDEN',
        'not_member',
        'You were removed from this room. Ask a moderator to let you in again.',
      );
    if (isShutOut && person.kind === 'visitor') throw networkShutOut();
    const link = (await run(byToken, [verifier, person.userId], client))[0];
    if (!link) throw notFound();
    if (!(await run(use, [link.id], client))[0]) {
      const now = (await run(byToken, [verifier, person.userId], client))[0]?.state ?? 'revoked';
      throw new AppError('FORBIDDEN', 'link_closed', closedWords[now === 'open' ? 'full' : now]);
    }
    await run(seat, [roomId, person.userId, link.role, link.hidesHistory], client);
    return true;
  });
  if (isNew)
    publish(`user:${person.userId}`, { type: 'membership', roomId: before.room.id, status: 'joined' });
  return getRoom(person, { id: before.room.id });
}
