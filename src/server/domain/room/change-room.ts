import type { PoolClient } from 'pg';
import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { roomForRead, standingOf, type RoomAccess } from '@/server/domain/room/access';
import { publishRoom } from '@/server/domain/room/publish';
import { actingRole, mayAct, outranks, type MembershipStatus } from '@/server/domain/room/rights';
import { publish } from '@/server/realtime/bus';
import type { MembershipNews } from '@/shared/event';
import type { RoomAction, RoomRole } from '@/shared/room';
import type { Member, Viewer } from '@/shared/user';

/** A membership under its lock. */
export type Seat = { userId: string; role: RoomRole; status: MembershipStatus; historyFrom: Date | null };

/** A room and some of its people, locked: nothing that they may do changes until the commit. */
export type LockedRoom = {
  client: PoolClient;
  /** With the viewer's own standing. */
  room: RoomAccess;
  /** The role that the viewer acts in. */
  role: RoomRole | null;
  /** The membership of the viewer or of one of `people`; null when they never had one. */
  seatOf(userId: string): Seat | null;
};

export type RoomChange<T> = {
  result: T;
  /** Whether anybody may do less than before: `aclRev` grows, and every open stream proves its right anew. */
  takesRights: boolean;
  /** Whether the room itself looks different now: its readers are told. */
  isNews?: boolean;
  /** Whose membership became what; each is told in all their tabs. */
  tell?: Iterable<readonly [userId: string, news: MembershipNews]>;
};

const lockRoom = statement<{ id: string }>(
  'room-lock',
  'select id from rooms where id = $1 for no key update',
);
const lockSeats = statement<Seat>(
  'membership-lock',
  `select user_id as "userId", role, status, history_from as "historyFrom" from memberships
   where room_id = $1 and user_id = any($2::uuid[]) order by user_id for no key update`,
);
const bump = statement<{ aclRev: number }>(
  'room-acl',
  'update rooms set acl_rev = acl_rev + 1 where id = $1 returning acl_rev as "aclRev"',
);

/**
 * The one way to change who may do what in a room. It locks the room, then the memberships of the
 * viewer and of `people` by user id, lets `work` check and write under these locks, raises `aclRev` in
 * the same transaction where a right is taken away, and tells everybody after the commit: open streams
 * end at once, on every process.
 * @throws {AppError} NOT_FOUND when the viewer may not know the room
 */
export async function changeRoom<T>(
  viewer: Member,
  { roomId, people = [] }: { roomId: string; people?: string[] },
  work: (locked: LockedRoom) => Promise<RoomChange<T>>,
): Promise<T> {
  // Whoever may not know the room takes no lock on it.
  await roomForRead(viewer, roomId);
  const { change, aclRev, before } = await inTransaction(async (client) => {
    if (!(await run(lockRoom, [roomId], client))[0]) throw notFound();
    const seats = await run(lockSeats, [roomId, [viewer.userId, ...people]], client);
    const room = await roomForRead(viewer, roomId, client);
    const made = await work({
      client,
      room,
      role: actingRole(standingOf(viewer, room)),
      seatOf: (userId) => seats.find((seat) => seat.userId === userId) ?? null,
    });
    const raised = made.takesRights ? await run(bump, [roomId], client) : [];
    return { change: made, aclRev: raised[0]?.aclRev, before: room };
  });
  if (aclRev !== undefined) publish(`acl:${roomId}`, { type: 'acl', roomId, aclRev });
  for (const [userId, status] of change.tell ?? [])
    publish(`user:${userId}`, { type: 'membership', roomId, status });
  if (change.isNews) await publishRoom(roomId, before);
  return change.result;
}

/** @throws {AppError} FORBIDDEN with `sentence` when the viewer's role has no such right here */
export function proveMay(viewer: Viewer, room: RoomAccess, action: RoomAction, sentence: string): void {
  if (!mayAct(standingOf(viewer, room), action)) throw new AppError('FORBIDDEN', 'not_allowed', sentence);
}

/** @throws {AppError} FORBIDDEN unless the viewer stands above the other, as every action on a person needs */
export function proveOutranks({ role }: LockedRoom, other: Seat): void {
  if (!outranks(role, other.role))
    throw new AppError('FORBIDDEN', 'not_allowed', 'You can only do this to somebody of a lower role.');
}
