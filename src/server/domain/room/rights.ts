import type { RoomAction, RoomKind, RoomRole, VisitorPolicy } from '@/shared/room';
import type { ViewerKind } from '@/shared/user';

export type MembershipStatus = 'active' | 'left' | 'removed' | 'banned';
export type Standing = {
  viewer: ViewerKind;
  isAdmin: boolean;
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

/** What a member of each role may do beside reading and writing: role x kind of room. */
const withMembership: Record<'room' | 'direct', Record<RoomRole, readonly RoomAction[]>> = {
  room: {
    owner: [
      'members',
      'invite',
      'update',
      'policy',
      'remove',
      'moderate',
      'roles',
      'archive',
      'transfer',
      'leave',
    ],
    moderator: ['members', 'invite', 'update', 'remove', 'moderate', 'leave'],
    member: ['members', 'leave'],
    visitor: ['members', 'leave'],
  },
  // Its people are what a direct room is: nobody is added to it, taken out, or set above the others.
  direct: { owner: ['members'], moderator: ['members'], member: ['members'], visitor: ['members'] },
};

const ranks: Record<RoomRole, number> = { owner: 3, moderator: 2, member: 1, visitor: 0 };

const policyOf = (room: Standing['room']): Policy => {
  if (room.kind !== 'public') return 'closed';
  return room.visitors === 'approve' ? 'read' : room.visitors;
};

const openness: Record<VisitorPolicy, number> = { none: 0, read: 1, approve: 2, write: 3 };

/** How open a room is to people who are not its members: less than before takes a right from somebody. */
export const opennessOf = (room: Standing['room']): number =>
  (room.kind === 'public' ? 10 : 0) + openness[room.visitors];

const rightsOf = (standing: Standing) => withoutMembership[policyOf(standing.room)][standing.viewer];

/**
 * The role that the viewer acts in: their own, or an owner's for an administrator of the instance in a
 * public room. Null for whoever is no active member; what is closed to an administrator stays closed.
 */
export function actingRole(standing: Standing): RoomRole | null {
  if (standing.isAdmin && standing.room.kind === 'public' && canRead(standing)) return 'owner';
  return standing.membership?.status === 'active' ? standing.membership.role : null;
}

export function actionsOf(standing: Standing): readonly RoomAction[] {
  const role = actingRole(standing);
  const actions = role ? withMembership[standing.room.kind === 'direct' ? 'direct' : 'room'][role] : [];
  // An administrator acts in rooms that they never joined.
  return standing.membership?.status === 'active' ? actions : actions.filter((action) => action !== 'leave');
}

export const mayAct = (standing: Standing, action: RoomAction): boolean =>
  actionsOf(standing).includes(action);

/** Whether somebody of `role` may act on somebody of the other role: nobody on their equal or above. */
export const outranks = (role: RoomRole | null, other: RoomRole): boolean =>
  role !== null && ranks[role] > ranks[other];

export function canRead(standing: Standing): boolean {
  if (standing.membership?.status === 'banned') return false;
  return standing.membership?.status === 'active' || rightsOf(standing).read;
}

/** Joining by an explicit call; a removal can be mended by walking in again, a ban cannot. */
export function canJoin(standing: Standing): boolean {
  if (standing.membership?.status === 'banned') return false;
  return rightsOf(standing).join;
}

/** Whether what a visitor writes waits for a moderator: until one has let them in. */
export function needsApproval({ viewer, room, membership }: Standing): boolean {
  if (viewer !== 'visitor' || room.kind !== 'public' || room.visitors !== 'approve') return false;
  return membership?.status !== 'active' && membership?.status !== 'banned';
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

/** `readableSql` where each row is about another person, of the kind in that column, with `m` their membership. */
export const readableByKindSql = (kind: string) =>
  `case when ${kind} = 'registered' then ${readableSql('registered')} else ${readableSql('visitor')} end`;
