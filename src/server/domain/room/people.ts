import { run, statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { roomForRead } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay } from '@/server/domain/room/change-room';
import { likePattern } from '@/server/domain/room/read';
import type {
  ContactsInput,
  InviteMembersInput,
  ListMembersInput,
  MemberPage,
  RoomRole,
} from '@/shared/room';
import { personSql } from '@/server/domain/user/person';
import type { Member, PersonView, Viewer } from '@/shared/user';

type Row = { person: PersonView; role: RoomRole; joinedAt: Date };

/** By role, then by joining: an index gives this order, however many people a room has. */
const page = statement<Row>(
  'room-people',
  `select ${personSql('u')} as person, m.role, m.joined_at as "joinedAt"
   from memberships m join users u on u.id = m.user_id
   where m.room_id = $1 and m.status = 'active' and ($2::text is null or u.name ilike $2)
     and ($3::room_role is null or m.role = $3)
     and ($4::room_role is null or (m.role, m.joined_at, m.user_id) > ($4, $5::timestamptz, $6::uuid))
   order by m.role, m.joined_at, m.user_id limit $7`,
);

/**
 * A room's people, owners first.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is not among them
 */
export async function listMembers(viewer: Viewer, input: ListMembersInput): Promise<MemberPage> {
  const room = await roomForRead(viewer, input.roomId);
  proveMay(viewer, room, 'members', 'Join this room to see who is in it.');
  const after = parseCursor(input.cursor);
  const rows = await run(page, [
    ...[input.roomId, likePattern(input.search), input.role ?? null],
    ...[after?.role ?? null, after?.at ?? null, after?.id ?? null, input.limit + 1],
  ]);
  const members = rows.slice(0, input.limit).map(({ person, role, joinedAt }) => ({
    person,
    role,
    joinedAt: joinedAt.toISOString(),
  }));
  const last = members.at(-1);
  return {
    members,
    nextCursor: rows.length > input.limit && last ? `${last.role}~${last.joinedAt}~${last.person.id}` : null,
  };
}

/** @returns null for anything that is no such cursor: the list starts at its beginning */
function parseCursor(cursor: string | null | undefined): { role: string; at: string; id: string } | null {
  const [, role, at, id] =
    /^(owner|moderator|member|visitor)~(\d{4}-\d\d-\d\dT[\d:.]{12}Z)~([\da-f-]{36})$/.exec(cursor ?? '') ??
    [];
  const isMoment = at !== undefined && !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;
  return role && isMoment && id && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)
    ? { role, at, id }
    : null;
}

const contacts = statement<{ person: PersonView }>(
  'people-contacts',
  `select ${personSql('u')} as person from users u
   where u.id <> $1 and u.kind in ('registered', 'visitor') and u.deactivated_at is null and u.claimed_by_id is null
     and ($2::text is null or u.name ilike $2)
     and exists (
       select from memberships mine join memberships theirs on theirs.room_id = mine.room_id
       where mine.user_id = $1 and mine.status = 'active' and theirs.user_id = u.id and theirs.status = 'active'
     )
   order by u.name, u.id limit 20`,
);

/** People whom the viewer shares a room with, by name; a stranger knows nobody. */
export async function listContacts(
  viewer: Viewer,
  { search }: ContactsInput,
): Promise<{ people: PersonView[] }> {
  if (viewer.userId === null) return { people: [] };
  const rows = await run(contacts, [viewer.userId, likePattern(search)]);
  return { people: rows.map((row) => row.person) };
}

const known = statement<{ id: string }>(
  'people-known',
  `select id from users where id = any($1::uuid[]) and kind in ('registered', 'visitor')
   and deactivated_at is null and claimed_by_id is null`,
);
const seat = statement<{ userId: string }>(
  'people-seat',
  `insert into memberships (room_id, user_id, role, history_from)
   select $1, i.id, 'member', case when $3 then now() end from unnest($2::uuid[]) i(id) order by i.id
   on conflict (room_id, user_id) do update
     set status = 'active', role = 'member', joined_at = now(), history_from = excluded.history_from, hidden_at = null
     where memberships.status in ('left', 'removed')
   returning user_id as "userId"`,
);
const startReading = statement<unknown>(
  'people-start',
  `insert into read_states (user_id, thread_id, last_read_seq, following)
   select i.id, t.id, t.seq, true from unnest($2::uuid[]) i(id) cross join threads t
   where t.room_id = $1 and t.is_main
   on conflict (user_id, thread_id) do update set following = true,
     last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
     where read_states.following is null`,
);

/**
 * Makes these people members; whoever is one stays what they are, and a ban is not lifted by it.
 * @returns who is new
 * @throws {AppError} NOT_FOUND also when one of them is nobody, FORBIDDEN for whoever is no moderator
 */
export const inviteMembers = (viewer: Member, { roomId, userIds, hidesHistory }: InviteMembersInput) => {
  const people = [...new Set(userIds)];
  return changeRoom(viewer, { roomId, people }, async ({ client, room }) => {
    proveMay(viewer, room, 'invite', 'Only moderators can let people in.');
    if ((await run(known, [people], client)).length < people.length) throw notFound();
    const seated = await run(seat, [roomId, people, hidesHistory], client);
    const added = seated.map((row) => row.userId);
    if (added.length > 0) await run(startReading, [roomId, added], client);
    for (const subjectId of added)
      await recordAudit(client, { roomId, actorId: viewer.userId, action: 'room.invite', subjectId });
    return { result: { added }, takesRights: false, tell: added.map((id) => [id, 'joined'] as const) };
  });
};
