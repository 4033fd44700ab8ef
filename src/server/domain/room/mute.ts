import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay, proveOutranks } from '@/server/domain/room/change-room';
import type { MuteMemberInput, MuteResult } from '@/shared/moderation';
import type { Member } from '@/shared/user';

const mute = statement<{ mutedUntil: Date | null }>(
  'membership-mute',
  `update memberships set muted_until = case when $3 > 0 then clock_timestamp() + $3 * interval '1 millisecond' end
   where room_id = $1 and user_id = $2 returning muted_until as "mutedUntil"`,
);

/**
 * Lets a person read but neither write, change nor react in the room for a while.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, and against an equal or higher role
 */
export const muteMember = (viewer: Member, { roomId, userId, forMs }: MuteMemberInput): Promise<MuteResult> =>
  changeRoom(viewer, { roomId, people: [userId] }, async (locked) => {
    proveMay(viewer, locked.room, 'moderate', 'Only moderators can mute people in this room.');
    const seat = locked.seatOf(userId);
    if (!seat) throw notFound();
    if (seat.status !== 'active')
      throw new AppError('CONFLICT', 'not_member', 'They are not in this room any more.');
    proveOutranks(locked, seat);
    const row = (await run(mute, [roomId, userId, forMs], locked.client))[0];
    await recordAudit(locked.client, {
      roomId,
      actorId: viewer.userId,
      action: forMs > 0 ? 'room.mute' : 'room.unmute',
      subjectId: userId,
      details: forMs > 0 ? { forMs } : {},
    });
    const result = { userId, mutedUntil: row?.mutedUntil?.toISOString() ?? null };
    return { result, takesRights: false, tell: [[userId, 'changed']] };
  });
