import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { roomForModeration } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay, proveOutranks } from '@/server/domain/room/change-room';
import { personSql } from '@/server/domain/user/person';
import type { BanMemberInput, BanView, UnbanMemberInput } from '@/shared/moderation';
import type { Member, PersonView, Viewer } from '@/shared/user';

const ban = statement<unknown>(
  'membership-ban',
  `insert into memberships (room_id, user_id, role, status)
   select $1, u.id, case u.kind when 'visitor' then 'visitor' else 'member' end::room_role, 'banned'
   from users u where u.id = $2
   on conflict (room_id, user_id) do update set status = 'banned', role = excluded.role, muted_until = null
   returning user_id`,
);
const banAddress = statement<unknown>(
  'address-ban',
  `insert into address_bans (room_id, prefix_hash, user_id, until)
   select $1, prefix_hash, $2, now() + $3 * interval '1 hour' from address_marks where user_id = $2
   on conflict (room_id, prefix_hash) do update set
     until = greatest(address_bans.until, excluded.until), user_id = excluded.user_id
   returning user_id`,
);
/** Visitors who came in from the same network go with them: they could be one person. */
const removeNeighbours = statement<{ userId: string }>(
  'address-ban-members',
  `update memberships m set status = 'removed' from address_marks a, address_marks b
   where a.user_id = $2 and b.prefix_hash = a.prefix_hash and m.room_id = $1 and m.user_id = b.user_id
     and m.role = 'visitor' and m.status = 'active' and m.user_id <> $2
   returning m.user_id as "userId"`,
);
const dropHeld = statement<unknown>(
  'ban-held',
  'delete from held_messages where room_id = $1 and author_id = $2',
);
const unban = statement<unknown>(
  'membership-unban',
  `update memberships set status = 'left' where room_id = $1 and user_id = $2 and status = 'banned' returning user_id`,
);
const unbanAddress = statement<unknown>(
  'address-unban',
  'delete from address_bans where room_id = $1 and user_id = $2',
);
const list = statement<{ person: PersonView; until: Date | null }>(
  'room-bans',
  `select ${personSql('u')} as person, (select max(b.until) from address_bans b
     where b.room_id = $1 and b.user_id = u.id and b.until > now()) as until
   from memberships m join users u on u.id = m.user_id
   where m.room_id = $1 and m.status = 'banned' order by u.name, u.id limit 500`,
);

/**
 * Shuts a person out of a room: they can neither read nor write in it until somebody lets them in again.
 * With `addressHours`, no visitor from the network they last wrote from may join meanwhile, and those who
 * did are removed. Repeating it changes nothing.
 * @returns whether their network is shut out
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, and against an equal or higher role
 */
export const banMember = (
  viewer: Member,
  { roomId, userId, addressHours }: Omit<BanMemberInput, 'purgeHours'>,
): Promise<{ isAddressBanned: boolean }> =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'moderate', 'Only moderators can ban people from this room.');
    if (locked.room.roomKind === 'direct' || userId === viewer.userId)
      throw new AppError('FORBIDDEN', 'not_allowed', 'You cannot ban yourself.');
    const seat = locked.seatOf(userId);
    // What somebody was before they went protects them no more.
    if (seat?.status === 'active') proveOutranks(locked, seat);
    if ((await run(ban, [roomId, userId], locked.client)).length === 0) throw notFound();
    await run(dropHeld, [roomId, userId], locked.client);
    const shut = addressHours > 0 ? await run(banAddress, [roomId, userId, addressHours], locked.client) : [];
    const neighbours = shut.length > 0 ? await run(removeNeighbours, [roomId, userId], locked.client) : [];
    if (seat?.status !== 'banned' || shut.length > 0)
      await recordAudit(locked.client, {
        roomId,
        actorId: viewer.userId,
        action: 'room.ban',
        subjectId: userId,
        details: shut.length > 0 ? { addressHours, alsoRemoved: neighbours.length } : {},
      });
    return {
      result: { isAddressBanned: shut.length > 0 },
      takesRights: seat?.status !== 'banned' || neighbours.length > 0,
      tell: [
        [userId, 'banned'] as const,
        ...neighbours.map((neighbour) => [neighbour.userId, 'removed'] as const),
      ],
    };
  });

/**
 * Lets a banned person, and their network, in again: they may join like anybody else.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export const unbanMember = (
  viewer: Member,
  { roomId, userId }: UnbanMemberInput,
): Promise<{ userId: string }> =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'moderate', 'Only moderators can lift a ban from this room.');
    if (!locked.seatOf(userId)) throw notFound();
    await run(unbanAddress, [roomId, userId], locked.client);
    const lifted = await run(unban, [roomId, userId], locked.client);
    if (lifted.length > 0)
      await recordAudit(locked.client, {
        roomId,
        actorId: viewer.userId,
        action: 'room.unban',
        subjectId: userId,
      });
    return { result: { userId }, takesRights: false, tell: lifted.length > 0 ? [[userId, 'left']] : [] };
  });

/**
 * Who is banned from a room, by name.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export async function listBans(viewer: Viewer, roomId: string): Promise<{ bans: BanView[] }> {
  await roomForModeration(viewer, roomId);
  const rows = await run(list, [roomId]);
  return {
    bans: rows.map(({ until, person }) => ({ person, addressUntil: until?.toISOString() ?? null })),
  };
}
