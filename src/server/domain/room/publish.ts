import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { roomColumns, roomOf, type RoomRow } from '@/server/domain/room/view';
import { publish, roomTopic } from '@/server/realtime/bus';
import type { RoomKind, VisitorPolicy } from '@/shared/room';

const shared = statement<RoomRow & { aclRev: number }>(
  'room-publish',
  `select ${roomColumns}, r.acl_rev as "aclRev" from rooms r left join memberships m on false where r.id = $1`,
);
const nobody = { kind: 'stranger', userId: null } as const;

/**
 * Tells a room's readers how it looks now, and those whom it was open to before that it is closed.
 * Never fails: the change it speaks of is committed.
 */
export async function publishRoom(
  roomId: string,
  before?: { roomKind: RoomKind; visitors: VisitorPolicy },
): Promise<void> {
  try {
    const row = (await run(shared, [roomId]))[0];
    if (!row || row.kind === 'direct') return;
    const topic = roomTopic(row);
    const old = before && roomTopic({ id: roomId, kind: before.roomKind, visitors: before.visitors });
    if (old && old !== topic) publish(old, { type: 'room-closed', roomId });
    publish(topic, { type: 'room', room: roomOf(nobody, row), aclRev: row.aclRev });
  } catch (cause) {
    log().warn({ err: cause, roomId }, 'a change of a room was not published');
  }
}
