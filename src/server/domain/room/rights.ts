import type { RoomKind, RoomRole, VisitorPolicy } from '@/shared/room';
import type { ViewerKind } from '@/shared/user';

export type MembershipStatus = 'active' | 'left' | 'removed' | 'banned';
export type Standing = {
  viewer: ViewerKind;
  room: { kind: RoomKind; visitors: VisitorPolicy };
  /** The viewer's membership, in whatever state; null when they never had one. */
  membership: { role: RoomRole; status: MembershipStatus } | null;
};

type Policy = 'closed' | 'none' | 'read' | 'write';

/** Who may do what in a room without being its member: the room's policy x the kind of viewer. */
const withoutMembership: Record<Policy, Record<ViewerKind, { read: boolean; join: boolean }>> = {
  closed: {
    stranger: { read: false, join: false },
    visitor: { read: false, join: false },
    registered: { read: false, join: false },
  },
  none: {
    stranger: { read: false, join: false },
    visitor: { read: false, join: false },
    registered: { read: true, join: true },
  },
  read: {
    stranger: { read: true, join: false },
    visitor: { read: true, join: false },
    registered: { read: true, join: true },
  },
  write: {
    stranger: { read: true, join: true },
    visitor: { read: true, join: true },
    registered: { read: true, join: true },
  },
};

const policyOf = (room: Standing['room']): Policy => {
  if (room.kind !== 'public') return 'closed';
  return room.visitors === 'approve' ? 'read' : room.visitors;
};

const rightsOf = (standing: Standing) => withoutMembership[policyOf(standing.room)][standing.viewer];

export function canRead(standing: Standing): boolean {
  if (standing.membership?.status === 'banned') return false;
  return standing.membership?.status === 'active' || rightsOf(standing).read;
}

/** Joining by an explicit call; a removal can be mended by walking in again, a ban cannot. */
export function canJoin(standing: Standing): boolean {
  if (standing.membership?.status === 'banned') return false;
  return rightsOf(standing).join;
}

/** Being taken in by the first write; whoever was removed has to join explicitly. */
export function canWalkIn(standing: Standing): boolean {
  return standing.membership?.status !== 'removed' && canJoin(standing);
}

/** The same rule as `canRead` as SQL over `rooms r` and the viewer's `memberships m`, for lists. */
export const readableSql = (viewer: ViewerKind) => {
  const open = viewer === 'registered' ? 'true' : "r.visitors <> 'none'";
  return `(coalesce(m.status, 'left') <> 'banned' and (coalesce(m.status, 'left') = 'active' or (r.kind = 'public' and ${open})))`;
};
