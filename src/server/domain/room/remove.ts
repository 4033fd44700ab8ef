import { run, statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay, proveOutranks } from '@/server/domain/room/change-room';
import type { MemberKeyInput } from '@/shared/room';
import type { Member } from '@/shared/user';

const remove = statement<unknown>(
  'membership-remove',
  `update memberships set status = 'removed' where room_id = $1 and user_id = $2 and status = 'active'`,
);

/**
 * Takes a person out of a room; a public one they may join again. Repeating it changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, and against an equal or higher role
 */
export const removeMember = (viewer: Member, { roomId, userId }: MemberKeyInput) =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'remove', 'Only moderators can remove people from this room.');
    const seat = locked.seatOf(userId);
    if (!seat) throw notFound();
    const result = { roomId, userId };
    if (seat.status !== 'active') return { result, takesRights: false };
    proveOutranks(locked, seat);
    await run(remove, [roomId, userId], locked.client);
    await recordAudit(locked.client, {
      roomId,
      actorId: viewer.userId,
      action: 'room.remove',
      subjectId: userId,
    });
    return { result, takesRights: true, tell: [[userId, 'removed']] };
  });
