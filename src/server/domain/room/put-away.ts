import { run } from '@/server/base/db';
import { isBegunSql, perKind, scopes } from '@/server/domain/room/read';
import type { Viewer } from '@/shared/user';

const hasAny = perKind<{ has: boolean }>(
  'room-has-put-away',
  (readable) => `select exists (
    select from memberships m join rooms r on r.id = m.room_id
    where m.user_id = $1 and ${readable} and (${scopes.hidden} or m.status = 'active' and ${scopes.archived})
      and (r.kind <> 'direct' or ${isBegunSql})
  ) as has`,
);

/** Whether the viewer has hidden a room, or is in one that is archived: lists leave these out. */
export async function hasRoomsPutAway(viewer: Viewer): Promise<{ has: boolean }> {
  if (viewer.userId === null) return { has: false };
  return { has: (await run(hasAny[viewer.kind], [viewer.userId]))[0]?.has ?? false };
}
