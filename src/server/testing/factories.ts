import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { pool } from '@/server/base/db';
import { sendMessage } from '@/server/domain/message/send';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { createThread } from '@/server/domain/thread/write';
import { mintVisitor } from '@/server/domain/user/visitor';
import type { MessageView } from '@/shared/message';
import type { CreateRoomInput, RoomView } from '@/shared/room';
import type { Member } from '@/shared/user';

export { newId };

export async function makeMember(name = 'Alice'): Promise<Member> {
  const userId = newId();
  await pool().query(`insert into users (id, kind, name) values ($1, 'registered', $2)`, [userId, name]);
  return { kind: 'registered', userId, name, isAdmin: false };
}

export const makeVisitor = (name = 'Quiet Otter'): Promise<Member> => mintVisitor(randomBytes(32), name);

/** A room with its owner; public and open to visitors' writing unless said otherwise. */
export async function makeRoom(owner: Member, over: Partial<CreateRoomInput> = {}): Promise<RoomView> {
  return createRoom(owner, {
    id: newId(),
    name: `Room ${newId().slice(-6)}`,
    topic: '',
    kind: 'public',
    visitors: 'write',
    ...over,
  });
}

/** Two members of one room. */
export async function makePair(over: Partial<CreateRoomInput> = {}) {
  const [alice, bob] = [await makeMember('Alice'), await makeMember('Bob')];
  const room = await makeRoom(alice, over);
  if (room.kind === 'public') await joinRoomByCall(bob, room.id);
  return { alice, bob, room };
}

export const makeThread = (viewer: Member, roomId: string, title = 'A thread') =>
  createThread(viewer, { id: newId(), roomId, title });

/** Sends a message that must succeed. */
export async function say(viewer: Member, threadId: string, text = 'Hello'): Promise<MessageView> {
  const result = await sendMessage(viewer, { id: newId(), threadId, text });
  if (result.state !== 'sent') throw new Error('The message was held.');
  return result.message;
}

/** The places and revisions of a thread as the database holds them, in order of place. */
export async function storedLog(threadId: string): Promise<{ seq: number; rev: number; id: string }[]> {
  const { rows } = await pool().query<{ seq: number; rev: number; id: string }>(
    'select seq, rev, id from messages where thread_id = $1 order by seq',
    [threadId],
  );
  return rows;
}
