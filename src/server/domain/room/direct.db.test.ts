import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox } from '@/server/domain/inbox/read';
import { eraseUser } from '@/server/domain/message/erase';
import { openDirectRoom } from '@/server/domain/room/direct';
import { hideRoom, leaveRoom } from '@/server/domain/room/leave';
import { inviteMembers } from '@/server/domain/room/people';
import { hasRoomsPutAway } from '@/server/domain/room/put-away';
import { getListedRoom, getRoom, listRooms } from '@/server/domain/room/read';
import { archiveRoom } from '@/server/domain/room/update';
import { listThreads } from '@/server/domain/thread/read';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import type { Member } from '@/shared/user';

const people = (n: number) => Promise.all(Array.from({ length: n }, (_, i) => makeMember(`Person ${i + 1}`)));
const open = (by: Member, ...others: Member[]) =>
  openDirectRoom(by, { userIds: others.map((other) => other.userId) });
const listed = async (viewer: Member) => (await listRooms(viewer, { limit: 100 })).rooms;

describe('a direct room', () => {
  it('is one for each set of people, whoever opens it, twenty times at once', async () => {
    const [alice, bob, carol] = await people(3);
    if (!alice || !bob || !carol) throw new Error('Nobody came.');
    const rooms = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? open(alice, bob) : open(bob, alice, bob))),
    );
    expect(new Set(rooms.map((room) => room.id)).size).toBe(1);
    expect((await open(alice, bob, carol)).id).not.toBe(rooms[0]?.id);
    const { rows } = await pool().query('select from rooms where id = $1', [rooms[0]?.id]);
    expect(rows).toHaveLength(1);
  });

  it('S41: is called after the others, a visitor as one, and stands in nobody’s list before something is said', async () => {
    const [alice, bob] = [await makeMember('Alice'), await makeVisitor('Bob')];
    const room = await open(alice, bob);
    expect(room).toMatchObject({ kind: 'direct', name: 'Bob (visitor)', role: 'member', may: ['members'] });
    expect((await getRoom(bob, { slug: room.slug })).name).toBe('Alice');
    for (const viewer of [alice, bob])
      expect(await listed(viewer)).not.toContainEqual(expect.objectContaining({ id: room.id }));
    await say(alice, room.mainThreadId, 'Psst');
    for (const [viewer, name] of [
      [alice, 'Bob (visitor)'],
      [bob, 'Alice'],
    ] as const) {
      expect(await listed(viewer)).toContainEqual(expect.objectContaining({ id: room.id, name }));
      const inbox = await listInbox(viewer, { unread: false, limit: 10 });
      expect(inbox.threads[0]?.room).toMatchObject({ id: room.id, name, kind: 'direct' });
    }
    expect((await getListedRoom(bob, { id: room.id })).unread).toBe(1);
  });

  it('is not begun with somebody who was erased', async () => {
    const alice = await makeMember();
    const gone = await makeVisitor('Passing Heron');
    await eraseUser(gone, { texts: 'keep', proof: 'Passing Heron' });
    await expect(open(alice, gone)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for 2 to 8 people who exist', async () => {
    const all = await people(9);
    const [alice, ...others] = all;
    if (!alice) throw new Error('Nobody came.');
    await expect(open(alice, alice)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(open(alice, ...others)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(openDirectRoom(alice, { userIds: [newId()] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await open(alice, ...others.slice(0, 7))).people).toHaveLength(7);
  });

  it('is closed to everybody else, takes nobody in, and cannot be left', async () => {
    const [alice, bob, eve] = await people(3);
    if (!alice || !bob || !eve) throw new Error('Nobody came.');
    const room = await open(alice, bob);
    await say(alice, room.mainThreadId, 'For Bob');
    await expect(getRoom(eve, { id: room.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      inviteMembers(alice, { roomId: room.id, userIds: [eve.userId], hidesHistory: false }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(leaveRoom(alice, { roomId: room.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const threads = await listThreads(eve, { search: 'Person', archived: false, limit: 100 });
    expect(threads.threads.some((thread) => thread.roomId === room.id)).toBe(false);
  });
});

describe('hiding a room', () => {
  it('takes it out of one’s own lists alone, and a direct one comes back with the next message', async () => {
    const [alice, bob] = await people(2);
    if (!alice || !bob) throw new Error('Nobody came.');
    const [direct, room] = [await open(alice, bob), await makeRoom(alice)];
    await inviteMembers(alice, { roomId: room.id, userIds: [bob.userId], hidesHistory: false });
    for (const { mainThreadId } of [direct, room]) await say(bob, mainThreadId, 'Before');
    for (const { id } of [direct, room]) await hideRoom(alice, { roomId: id, isHidden: true });
    const ids = async (viewer: Member) => new Set((await listed(viewer)).map((each) => each.id));
    const inbox = async () =>
      (await listInbox(alice, { unread: true, limit: 50 })).threads.map((thread) => thread.roomId);
    expect((await ids(alice)).has(direct.id) || (await ids(alice)).has(room.id)).toBe(false);
    expect((await ids(bob)).has(direct.id) && (await ids(bob)).has(room.id)).toBe(true);
    expect(await inbox()).toEqual([]);
    const hidden = await listRooms(alice, { scope: 'hidden', limit: 10 });
    expect(new Set(hidden.rooms.map((each) => each.id))).toEqual(new Set([direct.id, room.id]));
    for (const { mainThreadId } of [direct, room]) await say(bob, mainThreadId, 'After');
    expect([(await ids(alice)).has(direct.id), (await ids(alice)).has(room.id)]).toEqual([true, false]);
    expect(await inbox()).toEqual([direct.id]);
    expect((await listRooms(alice, { search: room.name, limit: 5 })).rooms).toHaveLength(1);
    await hideRoom(alice, { roomId: room.id, isHidden: false });
    expect((await ids(alice)).has(room.id)).toBe(true);
  });

  it('and archiving one is what makes a list of them worth a look, for whoever is in the room', async () => {
    const [alice, bob, eve] = await people(3);
    if (!alice || !bob || !eve) throw new Error('Nobody came.');
    const room = await makeRoom(alice);
    await say(bob, room.mainThreadId);
    const whoHasAny = async () => {
      const all = await Promise.all([alice, bob, eve].map(hasRoomsPutAway));
      return all.map(({ has }) => has);
    };
    expect(await whoHasAny()).toEqual([false, false, false]);
    await hideRoom(bob, { roomId: room.id, isHidden: true });
    expect(await whoHasAny()).toEqual([false, true, false]);
    await hideRoom(bob, { roomId: room.id, isHidden: false });
    expect(await whoHasAny()).toEqual([false, false, false]);
    await archiveRoom(alice, { roomId: room.id, isArchived: true });
    expect(await whoHasAny()).toEqual([true, true, false]);
  });
});
