import { run, statement } from '@/server/base/db';
import { readableSql } from '@/server/domain/room/rights';
import type { Viewer } from '@/shared/user';

/** People are in sight who are members of a room that the viewer may read, and show their presence. */
const inSight = (kind: 'visitor' | 'registered') =>
  statement<{ userId: string; lastSeenAt: Date | null }>(
    `in-sight-${kind}`,
    `select u.id as "userId", u.last_seen_at as "lastSeenAt" from users u
     where u.id = any($2::uuid[]) and u.shows_presence and u.kind in ('visitor', 'registered')
       and u.deactivated_at is null and u.claimed_by_id is null
       and (select o.shows_presence from users o where o.id = $1)
       and exists (
         select from memberships o join rooms r on r.id = o.room_id
         left join memberships m on m.room_id = r.id and m.user_id = $1
         where o.user_id = u.id and o.status = 'active' and ${readableSql(kind)}
       )`,
  );
const statements = { visitor: inSight('visitor'), registered: inSight('registered') };

/** Those of these people whose presence the viewer may know; none for a stranger, and for who hides their own. */
export async function peopleInSight(
  viewer: Viewer,
  userIds: readonly string[],
): Promise<{ userId: string; lastSeenAt: string | null }[]> {
  if (viewer.userId === null || userIds.length === 0) return [];
  const rows = await run(statements[viewer.kind], [viewer.userId, userIds]);
  return rows.map(({ userId, lastSeenAt }) => ({ userId, lastSeenAt: lastSeenAt?.toISOString() ?? null }));
}
