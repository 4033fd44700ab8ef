import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { publish } from '@/server/realtime/bus';
import type { RoomQueue } from '@/shared/queue';
import type { Viewer } from '@/shared/user';

/** What waits in room `r`. A message that is gone needs nobody any more. */
const counts = `(select count(*)::int from held_messages h where h.room_id = r.id and h.rejected_at is null) as held,
  (select count(distinct p.message_id)::int from reports p join messages x on x.id = p.message_id
   where p.room_id = r.id and p.resolved_at is null and x.deleted_at is null) as reports`;
const keepsOrder = `m.status = 'active' and m.role in ('owner', 'moderator')`;

const mine = statement<RoomQueue>(
  'queue-mine',
  `select r.id as "roomId", ${counts} from memberships m join rooms r on r.id = m.room_id
   where m.user_id = $1 and ${keepsOrder} and r.kind <> 'direct' and r.archived_at is null limit 500`,
);
const ofRoom = statement<RoomQueue & { moderators: string[] }>(
  'queue-room',
  `select r.id as "roomId", ${counts}, array(select m.user_id from memberships m
     where m.room_id = r.id and ${keepsOrder} limit 200) as moderators
   from rooms r where r.id = $1`,
);

/** What waits in the rooms that the viewer moderates; rooms where nothing does are left out. */
export async function listQueues(viewer: Viewer): Promise<RoomQueue[]> {
  if (viewer.userId === null) return [];
  const rows = await run(mine, [viewer.userId]);
  return rows.filter((row) => row.held + row.reports > 0);
}

/** Tells the moderators of a room what waits for them now; the caller's answer does not wait for it. */
export function publishQueue(roomId: string): void {
  run(ofRoom, [roomId]).then(
    ([row]) => {
      if (!row) return;
      const { held, reports, moderators } = row;
      for (const userId of moderators) publish(`user:${userId}`, { type: 'queue', roomId, held, reports });
    },
    (cause: unknown) => log().warn({ err: cause, roomId }, 'a queue hint was not published'),
  );
}
