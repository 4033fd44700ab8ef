import { run, statement } from '@/server/base/db';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay } from '@/server/domain/room/change-room';
import { getRoom } from '@/server/domain/room/read';
import type { ModerateRoomInput } from '@/shared/moderation';
import type { RoomView } from '@/shared/room';
import type { Member } from '@/shared/user';

type Settings = { slowModeMs: number; isLocked: boolean };

const read = statement<Settings>(
  'room-order-read',
  'select slow_mode_ms as "slowModeMs", locked_at is not null as "isLocked" from rooms where id = $1',
);
const write = statement<unknown>(
  'room-order-write',
  `update rooms set slow_mode_ms = $2, locked_at = case when $3 then coalesce(locked_at, now()) end where id = $1`,
);

/**
 * Sets how often people may write in a room, and whether they may at all. What is so already changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export async function moderateRoom(viewer: Member, input: ModerateRoomInput): Promise<RoomView> {
  const { roomId } = input;
  await changeRoom(viewer, { roomId }, async ({ client, room }) => {
    proveMay(viewer, room, 'moderate', 'Only moderators can do this in this room.');
    const before = (await run(read, [roomId], client))[0];
    const slowModeMs = input.slowModeMs ?? before?.slowModeMs ?? 0;
    const isLocked = input.isLocked ?? before?.isLocked ?? false;
    await run(write, [roomId, slowModeMs, isLocked], client);
    const entry = { roomId, actorId: viewer.userId };
    if (slowModeMs !== before?.slowModeMs)
      await recordAudit(client, { ...entry, action: 'room.slow', details: { slowModeMs } });
    if (isLocked !== before?.isLocked)
      await recordAudit(client, { ...entry, action: isLocked ? 'room.lock' : 'room.unlock' });
    return { result: null, takesRights: false, isNews: true };
  });
  return getRoom(viewer, { id: roomId });
}
