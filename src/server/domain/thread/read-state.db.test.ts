import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { markInboxRead } from '@/server/domain/inbox/write';
import { getListedRoom, listRooms } from '@/server/domain/room/read';
import { joinRoomByCall } from '@/server/domain/room/write';
import { getOpenThread } from '@/server/domain/thread/read';
import { followThread, markRead, markUnread, readStates } from '@/server/domain/thread/read-state';
import { updateThread } from '@/server/domain/thread/update';
import { bus, type BusEvent } from '@/server/realtime/bus';
import { makeMember, makePair, makeRoom, makeThread, makeVisitor, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { followInbox, makeKnownVisitor } from '@/server/testing/synced';
import type { Member, Viewer } from '@/shared/user';

const stranger: Viewer = { kind: 'stranger', userId: null };
const storedRows = async (threadId: string) =>
  (await pool().query('select * from read_states where thread_id = $1', [threadId])).rows.length;
const stateOf = async (viewer: Viewer, threadId: string) =>
  (await readStates(viewer, [threadId]))[0]?.readState ?? null;
const sayTimes = async (viewer: Member, threadId: string, times: number) => {
  for (let i = 0; i < times; i++) await say(viewer, threadId, `Message ${i}`);
};

describe('markRead', () => {
  it('grows only, and goes no further than the thread', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 5);
    expect(await stateOf(alice, threadId)).toMatchObject({ lastReadSeq: 0, unread: 5 });
    const first = await markRead(alice, { threadId, seq: 3 });
    expect(first).toEqual({
      threadId,
      lastReadSeq: 3,
      markVersion: 0,
      following: true,
      muted: false,
      unread: 2,
      mentions: 0,
    });
    expect(await markRead(alice, { threadId, seq: 1 })).toEqual(first);
    expect(await markRead(alice, { threadId, seq: 3 })).toEqual(first);
    expect(await markRead(alice, { threadId, seq: 2_147_483_647 })).toMatchObject({
      lastReadSeq: 5,
      unread: 0,
    });
  });

  it('of an older version comes too late', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 5);
    await markRead(alice, { threadId, seq: 5, markVersion: 0 });
    const unread = await markUnread(alice, { threadId, seq: 3 });
    expect(unread).toMatchObject({ lastReadSeq: 2, markVersion: 1, unread: 3 });
    expect(await markRead(alice, { threadId, seq: 5, markVersion: 0 })).toEqual(unread);
    expect(await markRead(alice, { threadId, seq: 4, markVersion: 1 })).toMatchObject({ lastReadSeq: 4 });
    // One that names no version is of the present.
    expect(await markRead(alice, { threadId, seq: 5 })).toMatchObject({ lastReadSeq: 5, markVersion: 1 });
  });

  it('of many tabs at once leaves the furthest', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(bob, room.id);
    await sayTimes(bob, thread.id, 20);
    await followThread(alice, { threadId: thread.id, following: true });
    await markUnread(alice, { threadId: thread.id, seq: 1 });
    const seqs = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) + 1);
    await Promise.all(seqs.map((seq) => markRead(alice, { threadId: thread.id, seq, markVersion: 1 })));
    expect(await stateOf(alice, thread.id)).toMatchObject({ lastReadSeq: 20, markVersion: 1, unread: 0 });
    // Two that mark everything cannot wait for each other.
    await Promise.all([markUnread(alice, { threadId: thread.id, seq: 1 }), say(bob, room.mainThreadId)]);
    await Promise.all(Array.from({ length: 6 }, () => markInboxRead(alice, {})));
    expect((await readUnread(alice, { threadIds: [] })).threadCount).toBe(0);
  });

  it('keeps the place of one who does not follow, and decides nothing: posting still follows', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    await sayTimes(alice, thread.id, 3);
    const place = { lastReadSeq: 2, following: false, unread: 0 };
    expect(await markRead(bob, { threadId: thread.id, seq: 2 })).toMatchObject(place);
    expect((await getOpenThread(bob, { id: thread.id })).readState).toMatchObject(place);
    expect(await readUnread(bob, { threadIds: [] })).toMatchObject({ threadCount: 0 });
    await say(bob, thread.id);
    await say(alice, thread.id);
    expect(await stateOf(bob, thread.id)).toMatchObject({ lastReadSeq: 4, following: true, unread: 1 });
  });

  it('of a visitor in a room that they have not joined keeps their place, and joining follows', async () => {
    const { alice, room } = await makePair();
    const dora = await makeVisitor('Dora');
    await sayTimes(alice, room.mainThreadId, 3);
    await markRead(dora, { threadId: room.mainThreadId, seq: 1 });
    expect(await stateOf(dora, room.mainThreadId)).toMatchObject({ lastReadSeq: 1, following: false });
    await joinRoomByCall(dora, room.id);
    await say(alice, room.mainThreadId);
    expect(await stateOf(dora, room.mainThreadId)).toMatchObject({ following: true, unread: 1 });
  });

  it('of one who unfollowed changes nothing about that, nor does posting', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    await say(alice, thread.id);
    await followThread(bob, { threadId: thread.id, following: false });
    await markRead(bob, { threadId: thread.id, seq: 1 });
    await say(bob, thread.id);
    expect(await stateOf(bob, thread.id)).toMatchObject({ following: false });
  });
});

describe('markUnread', () => {
  it('without a place begins at the newest message by somebody else', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 2);
    await sayTimes(alice, threadId, 2);
    await markRead(alice, { threadId, seq: 4 });
    expect(await markUnread(alice, { threadId })).toMatchObject({ lastReadSeq: 1, unread: 1 });
  });

  it('S50: at the first message, at none and beyond the end stays within the thread', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 2);
    for (const [seq, lastReadSeq] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [900, 1],
    ] as const)
      expect(await markUnread(alice, { threadId, seq })).toMatchObject({ lastReadSeq });
  });
});

describe('whoever may not', () => {
  it('as a stranger succeeds and stores nothing', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    await say(alice, threadId);
    const before = await storedRows(threadId);
    const blank = {
      ...{ threadId, lastReadSeq: 0, markVersion: 0, following: false, muted: false },
      ...{ unread: 0, mentions: 0 },
    };
    expect(await markRead(stranger, { threadId, seq: 1 })).toEqual(blank);
    expect(await markUnread(stranger, { threadId, seq: 1 })).toEqual(blank);
    expect(await followThread(stranger, { threadId, following: true })).toEqual(blank);
    expect(await markInboxRead(stranger, { roomId: room.id })).toEqual({ threadCount: 0 });
    expect(await readUnread(stranger, { threadIds: [threadId] })).toMatchObject({ states: [], rooms: {} });
    expect((await getOpenThread(stranger, { id: threadId })).readState).toBeNull();
    expect((await getListedRoom(stranger, { id: room.id })).unread).toBe(0);
    expect(await storedRows(threadId)).toBe(before);
  });

  it('S50: as an outsider finds nothing', async () => {
    const room = await makeRoom(await makeMember(), { kind: 'private', visitors: 'none' });
    const threadId = room.mainThreadId;
    const notFound = { code: 'NOT_FOUND' };
    for (const outsider of [stranger, await makeVisitor(), await makeMember('Mallory')]) {
      await expect(markRead(outsider, { threadId, seq: 1 })).rejects.toMatchObject(notFound);
      await expect(markUnread(outsider, { threadId, seq: 1 })).rejects.toMatchObject(notFound);
      await expect(followThread(outsider, { threadId, following: true })).rejects.toMatchObject(notFound);
      await expect(markInboxRead(outsider, { roomId: room.id })).rejects.toMatchObject(notFound);
      expect((await readUnread(outsider, { threadIds: [threadId] })).states).toEqual([]);
    }
  });
});

describe('news of a state', () => {
  it('goes to its person alone, once for each change, and never into shared events', async () => {
    const { alice, bob, room } = await makePair();
    const heard: Record<'alice' | 'bob' | 'room', BusEvent[]> = { alice: [], bob: [], room: [] };
    const stops = [
      bus().subscribe(`user:${alice.userId}`, (event) => heard.alice.push(event)),
      bus().subscribe(`user:${bob.userId}`, (event) => heard.bob.push(event)),
      bus().subscribe('public', (event) => heard.room.push(event)),
    ];
    await say(bob, room.mainThreadId);
    const state = await markRead(alice, { threadId: room.mainThreadId, seq: 1 });
    await markRead(alice, { threadId: room.mainThreadId, seq: 1 });
    const thread = await makeThread(alice, room.id);
    await updateThread(alice, { id: thread.id, title: 'Renamed' });
    expect(heard.alice).toEqual([{ type: 'read', states: [state] }]);
    expect(heard.bob).toEqual([]);
    expect(JSON.stringify(heard.room)).not.toMatch(/readState|unread/);
    for (const stop of stops) stop();
  });
});

describe('over the wire', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startServer()));
  afterAll(() => server.close());

  it('a change reaches every tab of its person, and nobody else', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    const { viewer, secret } = await makeKnownVisitor();
    await joinRoomByCall(viewer, room.id);
    await sayTimes(alice, threadId, 3);
    const clients = [secret, secret, 'Q'.repeat(43)].map((each) => server.openClient(each).trpc);
    const inboxes = clients.map((client) => followInbox(client));
    await eventually(() => inboxes.every((inbox) => inbox.events.length > 0));
    const told = () =>
      inboxes.map((inbox) => inbox.events.flatMap((event) => (event.type === 'read' ? [event] : [])));
    const state = { markVersion: 0, following: true, muted: false, mentions: 0 };
    await clients[0]?.thread.markRead.mutate({ threadId, seq: 2 });
    const first = { type: 'read', threadId, readState: { ...state, lastReadSeq: 2, unread: 1 } };
    await eventually(() => told()[1]?.length === 1);
    await clients[1]?.inbox.markRead.mutate({});
    const second = { type: 'read', threadId, readState: { ...state, lastReadSeq: 3, unread: 0 } };
    await eventually(() => told()[0]?.length === 2 && told()[1]?.length === 2);
    expect(told()).toEqual([[first, second], [first, second], []]);
    for (const inbox of inboxes) inbox.close();
  });

  it('a stranger’s reading makes no visitor', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    await say(alice, threadId);
    const { trpc } = server.openClient('M'.repeat(43));
    await trpc.thread.markRead.mutate({ threadId, seq: 1 });
    await trpc.thread.markUnread.mutate({ threadId });
    await trpc.thread.follow.mutate({ threadId, following: true, muted: true });
    await trpc.inbox.markRead.mutate({ roomId: room.id });
    expect(await trpc.session.get.query()).toMatchObject({ me: null, visitor: null });
    expect(await trpc.inbox.unread.query({ threadIds: [threadId] })).toMatchObject({ threadCount: 0 });
  });
});

describe('markInboxRead', () => {
  it('marks every thread of the viewer’s rooms, or of one, and says how many', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeRoom(alice);
    const threads = [await makeThread(alice, room.id), await makeThread(alice, other.id)];
    for (const id of [room.mainThreadId, other.mainThreadId, ...threads.map((each) => each.id)])
      await sayTimes(bob, id, 2);
    expect((await listRooms(alice, { limit: 100 })).rooms.map((each) => each.unread)).toContain(4);
    expect(await markInboxRead(alice, { roomId: other.id })).toEqual({ threadCount: 2 });
    expect(await readUnread(alice, { threadIds: [] })).toEqual({
      states: [],
      rooms: { [room.id]: 4 },
      threadCount: 2,
    });
    expect(await markInboxRead(alice, {})).toEqual({ threadCount: 2 });
    expect(await markInboxRead(alice, {})).toEqual({ threadCount: 0 });
    expect((await listInbox(alice, { limit: 10, unread: true })).threads).toEqual([]);
  });
});
