import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import { env } from '@/server/base/env';
import { AppError, sqlState } from '@/server/base/errors';
import { roomForJoin } from '@/server/domain/room/access';
import { joinRoom } from '@/server/domain/room/membership';
import { publishRoom } from '@/server/domain/room/publish';
import { getRoom } from '@/server/domain/room/read';
import { publish } from '@/server/realtime/bus';
import { shortIdOf } from '@/shared/short-id';
import type { CreateRoomInput, RoomView } from '@/shared/room';
import { slugOf } from '@/shared/slug';
import type { Member, RoomCreation, Viewer } from '@/shared/user';

const create = statement<{ id: string }>(
  'room-create',
  `with room as (
    insert into rooms (id, slug, name, topic, kind, visitors, created_by_id)
    select $1, $2, $3, $4, $5::room_kind, $6::visitor_policy, $7
    where not exists (select from old_slugs where slug = $2) returning id
  ),
  thread as (
    insert into threads (id, short_id, room_id, is_main, title, created_by_id)
    select $8, $9, id, true, $3, $7 from room returning id
  ),
  owner as (
    insert into memberships (room_id, user_id, role) select id, $7, 'owner' from room
  ),
  following as (
    insert into read_states (user_id, thread_id, following) select $7, id, true from thread
  )
  select id from room`,
);
const own = statement<{ id: string }>(
  'room-own',
  'select id from rooms where id = $1 and created_by_id = $2',
);

/** Whether this instance lets the viewer make rooms; what a stranger may is what their visitor will. */
export function roomCreationFor(viewer: Viewer): RoomCreation {
  const who = env().ROOM_CREATION;
  if (who === 'everyone' || (viewer.kind !== 'stranger' && viewer.isAdmin)) return 'allowed';
  if (who === 'admins') return 'closed';
  return viewer.kind === 'registered' ? 'allowed' : 'needs_account';
}

/**
 * Makes a room, its main thread and its owner. Repeating the call returns the room.
 * @throws {AppError} FORBIDDEN where others make the rooms, CONFLICT when the id is someone else's room
 */
export async function createRoom(viewer: Member, input: CreateRoomInput): Promise<RoomView> {
  const allowed = roomCreationFor(viewer);
  if (allowed === 'closed') throw new AppError('FORBIDDEN', 'not_allowed', 'Only admins make rooms here.');
  if (allowed === 'needs_account')
    throw new AppError(
      'FORBIDDEN',
      'not_allowed',
      'Visitors cannot make rooms here. Sign in, or create an account.',
    );
  const base = slugOf(input.name);
  const mainThreadId = newId();
  for (let attempt = 0; attempt < 20; attempt++) {
    const slug = attempt === 0 ? base : attempt < 5 ? `${base}-${attempt + 1}` : `${base}-${randomInt(1e6)}`;
    try {
      const made = await run(create, [
        ...[input.id, slug, input.name, input.topic, input.kind, input.visitors, viewer.userId],
        ...[mainThreadId, shortIdOf(mainThreadId)],
      ]);
      if (!made[0]) continue;
      const room = await getRoom(viewer, { id: input.id });
      publish(`user:${viewer.userId}`, { type: 'membership', roomId: room.id, status: 'joined' });
      await publishRoom(room.id);
      return room;
    } catch (cause) {
      if (sqlState(cause) !== '23505') throw cause;
      const mine = await run(own, [input.id, viewer.userId]);
      if (mine[0]) return getRoom(viewer, { id: input.id });
    }
  }
  throw new AppError('CONFLICT', 'id_taken', 'A room with this id or address exists already.');
}

/** @throws {AppError} NOT_FOUND when the viewer may not know it, FORBIDDEN when they may not join */
export async function joinRoomByCall(viewer: Member, roomId: string): Promise<RoomView> {
  await roomForJoin(viewer, roomId);
  await joinRoom(viewer, roomId, { isExplicit: true });
  return getRoom(viewer, { id: roomId });
}
