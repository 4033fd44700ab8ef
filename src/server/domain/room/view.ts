import type { ListedRoom, RoomKind, RoomRole, RoomView, VisitorPolicy } from '@/shared/room';
import { actionsOf, type MembershipStatus } from '@/server/domain/room/rights';
import type { Viewer } from '@/shared/user';
import { countedRooms, roomUnreadSql } from '@/server/domain/room/unread';

export type RoomRow = {
  id: string;
  slug: string;
  name: string;
  topic: string;
  kind: RoomKind;
  visitors: VisitorPolicy;
  slowModeMs: number;
  archivedAt: Date | null;
  lockedAt: Date | null;
  role: RoomRole | null;
  status: MembershipStatus | null;
  mutedUntil: Date | null;
  mainThreadId: string;
  lastMessageAt: Date;
  hiddenAt: Date | null;
};

/**
 * The columns of `RoomRow`, over `rooms r` and the viewer's `memberships m`. The latest activity is
 * the newest of the room's threads, found through the index on (room, active at).
 */
export const roomColumns = `r.id, r.slug, r.name, r.topic, r.kind, r.visitors, r.slow_mode_ms as "slowModeMs",
  r.archived_at as "archivedAt", r.locked_at as "lockedAt", m.role, m.status, m.hidden_at as "hiddenAt",
  case when m.muted_until > now() then m.muted_until end as "mutedUntil",
  (select t.id from threads t where t.room_id = r.id and t.is_main) as "mainThreadId",
  (select t.last_message_at from threads t where t.room_id = r.id
   order by t.active_at desc, t.last_message_at desc limit 1) as "lastMessageAt"`;

export const roomOf = (viewer: Viewer, row: RoomRow): RoomView => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  topic: row.topic,
  kind: row.kind,
  visitors: row.visitors,
  role: row.status === 'active' ? row.role : null,
  may: [
    ...actionsOf({
      viewer: viewer.kind,
      isAdmin: viewer.kind !== 'stranger' && viewer.isAdmin,
      room: row,
      membership: row.role && row.status ? { role: row.role, status: row.status } : null,
    }),
  ],
  mainThreadId: row.mainThreadId,
  lastMessageAt: row.lastMessageAt.toISOString(),
  archivedAt: row.archivedAt?.toISOString() ?? null,
  lockedAt: row.lockedAt?.toISOString() ?? null,
  slowModeMs: row.slowModeMs,
  mutedUntil: row.mutedUntil?.toISOString() ?? null,
});

export type ListedRoomRow = RoomRow & { unread: number };

/** Rooms with what the viewer ($1) has not read in each. The page is cut first: only its rooms are counted. */
export const withUnread = (
  page: string,
) => `with page as materialized (${page}), ${countedRooms('select id from page')}
  select l.*, ${roomUnreadSql} as unread from page l left join by_room b on b.room_id = l.id
  order by l."lastMessageAt" desc, l.id desc`;

export const listedRoomOf = (viewer: Viewer, row: ListedRoomRow): ListedRoom =>
  Object.assign(roomOf(viewer, row), {
    unread: row.unread,
    hiddenAt: row.hiddenAt?.toISOString() ?? null,
  });
