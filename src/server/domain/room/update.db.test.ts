import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveRoom } from '@/server/domain/room/leave';
import { inviteMembers } from '@/server/domain/room/people';
import { getRoom, listRooms } from '@/server/domain/room/read';
import { archiveRoom, updateRoom } from '@/server/domain/room/update';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { changesOf, followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';
import type { Viewer } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const stranger: Viewer = { kind: 'stranger', userId: null };
const openAs = async (secret: string, threadId: string) => {
  const { trpc } = server.openClient(secret);
  const [thread, inbox] = [followThread(trpc, threadId), followInbox(trpc)];
  await eventually(() => thread.events.length > 0 && inbox.events.length > 0);
  return { thread, inbox };
};

describe('updating a room', () => {
  it('changes its name for everybody, live, and keeps its old addresses', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { name: 'Old place' });
    const { inbox } = await openAs('U'.repeat(43), room.mainThreadId);
    const [first, second] = [`first-${newId().slice(-8)}`, `second-${newId().slice(-8)}`];
    await updateRoom(alice, { roomId: room.id, name: 'New place', topic: 'Anew', slug: first });
    await updateRoom(alice, { roomId: room.id, slug: second });
    for (const slug of [room.slug, first, second])
      expect(await getRoom(stranger, { slug })).toMatchObject({
        id: room.id,
        slug: second,
        name: 'New place',
      });
    await eventually(() => inbox.events.some((event) => event.type === 'room' && event.room.slug === second));
    const told = inbox.events.findLast((event) => event.type === 'room');
    expect(told).toMatchObject({ room: { name: 'New place', topic: 'Anew', role: null, may: [] } });
    // An address may be taken back, and is nobody else's.
    await updateRoom(alice, { roomId: room.id, slug: first });
    expect((await getRoom(stranger, { slug: second })).slug).toBe(first);
    const other = await makeRoom(alice);
    for (const slug of [first, second, room.slug])
      await expect(updateRoom(alice, { roomId: other.id, slug })).rejects.toMatchObject({ code: 'CONFLICT' });
    const input = { id: newId(), name: second, topic: '', kind: 'public', visitors: 'write' } as const;
    expect((await createRoom(alice, input)).slug).not.toBe(second);
  });

  it('is for moderators, who may come in for owners alone', async () => {
    const [alice, bob] = [await makeMember(), await makeMember('Bob')];
    const room = await makeRoom(alice);
    await joinRoomByCall(bob, room.id);
    await expect(updateRoom(bob, { roomId: room.id, name: 'Mine' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(updateRoom(bob, { roomId: room.id, visitors: 'none' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(archiveRoom(bob, { roomId: room.id, isArchived: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const closed = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    await expect(updateRoom(bob, { roomId: closed.id, name: 'Mine' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('S48: to a private one ends the streams of all but its members, who hear on', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const [bob, eve] = [await makeKnownVisitor('Bob'), await makeKnownVisitor('Eve')];
    await joinRoomByCall(bob.viewer, room.id);
    const [inside, outside] = [
      await openAs(bob.secret, room.mainThreadId),
      await openAs(eve.secret, room.mainThreadId),
    ];
    await updateRoom(alice, { roomId: room.id, kind: 'private', visitors: 'write' });
    await eventually(() => outside.thread.refused === 'NOT_FOUND');
    await eventually(() => outside.inbox.events.some((event) => event.type === 'room-closed'));
    await say(alice, room.mainThreadId, 'Among us');
    await eventually(
      () => changesOf(inside.thread).length === 1 && JSON.stringify(inside.inbox.events).includes('Among us'),
    );
    expect(JSON.stringify([outside.thread.events, outside.inbox.events])).not.toContain('Among us');
    await expect(getRoom(eve.viewer, { id: room.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await say(bob.viewer, room.mainThreadId, 'I am still here');
  });
});

describe('archiving a room', () => {
  it('closes it for writing and takes it out of all lists, until it is opened again', async () => {
    const [alice, bob] = [await makeMember(), await makeVisitor()];
    const room = await makeRoom(alice);
    await say(bob, room.mainThreadId, 'Before');
    expect(await archiveRoom(alice, { roomId: room.id, isArchived: true })).toMatchObject({
      archivedAt: expect.any(String) as string,
    });
    await expect(say(bob, room.mainThreadId)).rejects.toMatchObject({ reason: 'room_archived' });
    const has = async (scope: 'shown' | 'archived') =>
      (await listRooms(bob, { scope, search: room.name, limit: 10 })).rooms.length === 1;
    expect([await has('shown'), await has('archived')]).toEqual([false, true]);
    await archiveRoom(alice, { roomId: room.id, isArchived: false });
    await say(bob, room.mainThreadId, 'After');
    expect(await has('shown')).toBe(true);
  });
});

describe('leaving', () => {
  it('S48: a private room ends one’s own open streams, and it is as if it were not there', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const bob = await makeKnownVisitor('Bob');
    await inviteMembers(alice, { roomId: room.id, userIds: [bob.viewer.userId], hidesHistory: false });
    const { thread, inbox } = await openAs(bob.secret, room.mainThreadId);
    await Promise.all([1, 2].map(() => leaveRoom(bob.viewer, { roomId: room.id }).catch(() => undefined)));
    await eventually(() => thread.refused === 'NOT_FOUND');
    await eventually(() =>
      inbox.events.some((event) => event.type === 'membership' && event.status === 'left'),
    );
    await say(alice, room.mainThreadId, 'Afterwards');
    await expect(getRoom(bob.viewer, { id: room.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(changesOf(thread)).toEqual([]);
  });

  it('a public one is mended by joining or by writing', async () => {
    const [alice, bob] = [await makeMember(), await makeVisitor('Bob')];
    const room = await makeRoom(alice);
    await say(bob, room.mainThreadId);
    await leaveRoom(bob, { roomId: room.id });
    await leaveRoom(bob, { roomId: room.id });
    expect((await getRoom(bob, { id: room.id })).role).toBeNull();
    await say(bob, room.mainThreadId, 'Back');
    expect((await getRoom(bob, { id: room.id })).role).toBe('visitor');
  });
});
