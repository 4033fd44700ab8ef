import type { PoolClient } from 'pg';
import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay, type LockedRoom, type Seat } from '@/server/domain/room/change-room';
import { outranks } from '@/server/domain/room/rights';
import type { MemberKeyInput, RoomRole, SetRoleInput } from '@/shared/room';
import type { Member } from '@/shared/user';

const setRoleOf = statement<unknown>(
  'membership-role',
  'update memberships set role = $3::room_role where room_id = $1 and user_id = $2',
);
const owners = statement<{ count: number }>(
  'room-owners',
  `select count(*)::int as count from memberships where room_id = $1 and role = 'owner' and status = 'active'`,
);

/**
 * Under the room's lock: roles change nowhere else, so two owners cannot both step down at once.
 * @throws {AppError} CONFLICT with `sentence` when there is just one
 */
export async function provesAnotherOwner(client: PoolClient, roomId: string, sentence: string) {
  const count = (await run(owners, [roomId], client))[0]?.count ?? 0;
  if (count < 2) throw new AppError('CONFLICT', 'last_owner', sentence);
}

function activeSeat({ seatOf }: LockedRoom, userId: string): Seat {
  const seat = seatOf(userId);
  if (seat?.status !== 'active') throw notFound();
  return seat;
}

/**
 * Gives one of the room's people another role. Owners set all roles, their own as well while there is
 * another owner; nobody sets that of another owner.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT for the last owner
 */
export const setRole = (viewer: Member, { roomId, userId, role }: SetRoleInput) =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'roles', 'Only an owner can give people another role.');
    const seat = activeSeat(locked, userId);
    const result = { roomId, userId, role };
    if (seat.role === role) return { result, takesRights: false };
    if (userId !== viewer.userId && !outranks(locked.role, seat.role))
      throw new AppError('FORBIDDEN', 'not_allowed', 'An owner can only step down by themselves.');
    if (seat.role === 'owner')
      await provesAnotherOwner(
        locked.client,
        roomId,
        'A room needs an owner: make somebody else one before you step down.',
      );
    await run(setRoleOf, [roomId, userId, role], locked.client);
    await recordAudit(locked.client, {
      roomId,
      actorId: viewer.userId,
      action: 'room.setRole',
      subjectId: userId,
      details: { before: seat.role, after: role },
    });
    return { result, takesRights: outranks(seat.role, role), tell: [[userId, 'changed']] };
  });

/**
 * Makes somebody else the owner; the viewer becomes a moderator.
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export const transferRoom = (viewer: Member, { roomId, userId }: MemberKeyInput) =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'transfer', 'Only an owner can hand the room over.');
    activeSeat(locked, userId);
    const result = { roomId, userId };
    if (userId === viewer.userId) return { result, takesRights: false };
    const set = (id: string, role: RoomRole) => run(setRoleOf, [roomId, id, role], locked.client);
    await set(userId, 'owner');
    // An administrator hands over what others own, and keeps no seat of their own.
    const isOwner = locked.seatOf(viewer.userId)?.status === 'active' && locked.room.role === 'owner';
    if (isOwner) await set(viewer.userId, 'moderator');
    await recordAudit(locked.client, {
      roomId,
      actorId: viewer.userId,
      action: 'room.transfer',
      subjectId: userId,
    });
    return {
      result,
      takesRights: true,
      tell: [[userId, 'changed'], ...(isOwner ? [[viewer.userId, 'changed'] as const] : [])],
    };
  });
