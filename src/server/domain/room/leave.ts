import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { roomForRead } from '@/server/domain/room/access';
import { changeRoom, proveMay } from '@/server/domain/room/change-room';
import { provesAnotherOwner } from '@/server/domain/room/roles';
import { publish } from '@/server/realtime/bus';
import type { HideRoomInput } from '@/shared/room';
import type { Member } from '@/shared/user';

const leave = statement<unknown>(
  'membership-leave',
  `update memberships set status = 'left' where room_id = $1 and user_id = $2 and status = 'active'`,
);
const hide = statement<unknown>(
  'membership-hide',
  `insert into memberships (room_id, user_id, role, status, hidden_at) values ($1, $2, $3::room_role, 'left', now())
   on conflict (room_id, user_id) do update set hidden_at = now()`,
);
const show = statement<unknown>(
  'membership-show',
  'update memberships set hidden_at = null where room_id = $1 and user_id = $2',
);

/**
 * Leaves a room; one's messages stay. Repeating it changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN in a direct room, CONFLICT for the last owner
 */
export const leaveRoom = (viewer: Member, { roomId }: { roomId: string }) =>
  changeRoom(viewer, { roomId }, async ({ client, room, seatOf }) => {
    const result = { roomId };
    if (seatOf(viewer.userId)?.status !== 'active') return { result, takesRights: false };
    proveMay(viewer, room, 'leave', 'A direct conversation cannot be left, but you can hide it.');
    if (room.role === 'owner')
      await provesAnotherOwner(
        client,
        roomId,
        'You are its only owner: hand the room over before you leave.',
      );
    await run(leave, [roomId, viewer.userId], client);
    return { result, takesRights: true, tell: [[viewer.userId, 'left']] };
  });

/**
 * Takes a room out of the viewer's own lists, or back into them. A direct room comes back by itself
 * with the next message.
 * @throws {AppError} NOT_FOUND
 */
export async function hideRoom(viewer: Member, { roomId, isHidden }: HideRoomInput) {
  const room = await roomForRead(viewer, roomId);
  if (room.roomArchivedAt && isHidden)
    throw new AppError('CONFLICT', 'room_archived', 'An archived room is in nobody’s list already.');
  const role = viewer.kind === 'visitor' ? 'visitor' : 'member';
  if (isHidden) await run(hide, [roomId, viewer.userId, role]);
  else await run(show, [roomId, viewer.userId]);
  publish(`user:${viewer.userId}`, { type: 'membership', roomId, status: 'changed' });
  return { roomId, isHidden };
}
