import type { PoolClient } from 'pg';
import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import { joinRoom } from '@/server/domain/room/membership';
import {
  canJoin,
  canRead,
  canWalkIn,
  mayAct,
  needsApproval,
  type MembershipStatus,
  type Standing,
} from '@/server/domain/room/rights';
import type { RoomKind, RoomRole, VisitorPolicy } from '@/shared/room';
import type { Member, Viewer } from '@/shared/user';

/** A room together with the viewer's standing in it, as read from the database. */
export type RoomAccess = {
  roomId: string;
  roomSlug: string;
  roomName: string;
  roomKind: RoomKind;
  visitors: VisitorPolicy;
  aclRev: number;
  roomArchivedAt: Date | null;
  /** A guest of a link that hides history sees what is newer than this moment. */
  historyFrom: Date | null;
  role: RoomRole | null;
  status: MembershipStatus | null;
};

/** The columns of `RoomAccess`, over `rooms r` and the viewer's `memberships m`. */
export const accessColumns = `r.id as "roomId", r.slug as "roomSlug", r.name as "roomName", r.kind as "roomKind",
  r.visitors, r.acl_rev as "aclRev", r.archived_at as "roomArchivedAt",
  case when r.kind = 'private' then m.history_from end as "historyFrom", m.role, m.status`;

const byId = statement<RoomAccess>(
  'room-access',
  `select ${accessColumns} from rooms r
   left join memberships m on m.room_id = r.id and m.user_id = $2
   where r.id = $1`,
);

type ManyRow = RoomAccess & { viewerId: string | null };
const byIds = statement<ManyRow>(
  'room-access-many',
  `select asked.viewer_id as "viewerId", ${accessColumns}
   from unnest($1::uuid[], $2::uuid[]) asked (room_id, viewer_id) join rooms r on r.id = asked.room_id
   left join memberships m on m.room_id = r.id and m.user_id = asked.viewer_id`,
);
type Asked = { roomId: string; viewerId: string | null };
const keyOf = ({ roomId, viewerId }: Asked) => `${roomId} ${viewerId ?? ''}`;
const accesses = () =>
  once(
    'room-access-together',
    () =>
      new Together<Asked, ManyRow>({
        keyOf,
        keyOfRow: keyOf,
        read: (asked) =>
          run(byIds, [asked.map(({ roomId }) => roomId), asked.map(({ viewerId }) => viewerId)]),
      }),
  );

export const standingOf = (viewer: Viewer, row: RoomAccess): Standing => ({
  viewer: viewer.kind,
  isAdmin: viewer.kind !== 'stranger' && viewer.isAdmin,
  room: { kind: row.roomKind, visitors: row.visitors },
  membership: row.role && row.status ? { role: row.role, status: row.status } : null,
});

/**
 * @returns the row, when the viewer may read the room
 * @throws {AppError} NOT_FOUND otherwise, with the same words as for a room that does not exist
 */
export function proveReadable<Row extends RoomAccess>(viewer: Viewer, row: Row | undefined): Row {
  if (!row || !canRead(standingOf(viewer, row))) throw notFound();
  return row;
}

/** @throws {AppError} NOT_FOUND */
export async function roomForRead(viewer: Viewer, roomId: string, client?: PoolClient): Promise<RoomAccess> {
  const row = client
    ? (await run(byId, [roomId, viewer.userId], client))[0]
    : await accesses().ask({ roomId, viewerId: viewer.userId });
  return proveReadable<RoomAccess>(viewer, row);
}

/**
 * The room, for those who keep order in it.
 * @throws {AppError} NOT_FOUND when unreadable, FORBIDDEN for all but its owners and moderators
 */
export async function roomForModeration(viewer: Viewer, roomId: string): Promise<RoomAccess> {
  const room = await roomForRead(viewer, roomId);
  if (!mayAct(standingOf(viewer, room), 'moderate'))
    throw new AppError('FORBIDDEN', 'not_allowed', 'Only moderators of this room can do this.');
  return room;
}

/** @throws {AppError} NOT_FOUND when unreadable, FORBIDDEN when joining is not open to the viewer */
export async function roomForJoin(viewer: Member, roomId: string): Promise<RoomAccess> {
  const room = await roomForRead(viewer, roomId);
  if (needsApproval(standingOf(viewer, room))) throw approvalNeeded();
  if (room.status !== 'active' && !canJoin(standingOf(viewer, room)))
    throw new AppError('FORBIDDEN', 'visitors_read_only', 'This room is open to visitors for reading only.');
  return room;
}

const approvalNeeded = () =>
  new AppError(
    'FORBIDDEN',
    'approval_needed',
    'Write a message first: a moderator of this room will look at it and let you in.',
  );

/**
 * Makes sure that the viewer is a member before a write: an open room takes them in.
 * @throws {AppError} FORBIDDEN when it does not
 */
export async function walkIn(viewer: Member, room: RoomAccess): Promise<void> {
  if (room.status === 'active') return;
  if (room.roomArchivedAt)
    throw new AppError(
      'FORBIDDEN',
      'room_archived',
      'This room is archived: it can be read, not written to.',
    );
  const standing = standingOf(viewer, room);
  if (needsApproval(standing)) throw approvalNeeded();
  if (canWalkIn(standing)) return joinRoom(viewer, room.roomId, { isExplicit: false });
  if (room.status === 'removed')
    throw new AppError(
      'FORBIDDEN',
      'not_member',
      'You were removed from this room. Join it again to write here.',
    );
  throw viewer.kind === 'visitor'
    ? new AppError('FORBIDDEN', 'visitors_read_only', 'Visitors can read here, but not write.')
    : new AppError('FORBIDDEN', 'not_member', 'Join this room to write here.');
}
