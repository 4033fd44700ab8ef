import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { once } from '@/server/base/once';
import { joinRoomByCall } from '@/server/domain/room/write';
import { markRead, markUnread } from '@/server/domain/thread/read-state';
import { listReaders, markDelivered } from '@/server/domain/thread/receipts';
import { setTyping } from '@/server/domain/thread/typing';
import { updateSharing } from '@/server/domain/user/sharing';
import { memoryBus, type Bus } from '@/server/realtime/bus';
import { makeMember, makeRoom, makeVisitor, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { admit, changesOf, followThread, makeKnownVisitor } from '@/server/testing/synced';
import type { ThreadEvent } from '@/shared/event';
import type { Member, Viewer } from '@/shared/user';

/** Whether what is said on the bus is lost. */
let isLost = false;
function forgetfulBus(): Bus {
  const inner = memoryBus((cause) => {
    throw cause;
  });
  return { ...inner, publish: (topic, event) => void (isLost || inner.publish(topic, event)) };
}

let server: TestServer;
beforeAll(async () => {
  once('bus', forgetfulBus);
  server = await startServer();
});
afterAll(() => server.close());

type Reader = { viewer: Member; stream: ReturnType<typeof followThread> };
let alice: Member;
let roomId: string;
let threadId: string;
beforeEach(async () => {
  isLost = false;
  alice = await makeMember('Alice');
  ({ id: roomId, mainThreadId: threadId } = await makeRoom(alice, { kind: 'private', visitors: 'none' }));
});

/** Somebody who reads the thread live. */
async function read(name: string): Promise<Reader> {
  const { viewer, secret } = await makeKnownVisitor(name);
  await admit(roomId, viewer.userId);
  const stream = followThread(server.openClient(secret).trpc, threadId);
  await eventually(() => stream.events.length > 0);
  return { viewer, stream };
}

const last = <Type extends ThreadEvent['type']>(stream: { events: ThreadEvent[] }, type: Type) =>
  stream.events.findLast((event): event is Extract<ThreadEvent, { type: Type }> => event.type === type);
const typistsOf = (reader: Reader) => last(reader.stream, 'typing')?.userIds ?? [];
const readerOf = (reader: Reader, userId: string) =>
  last(reader.stream, 'receipts')?.readers.find((each) => each.userId === userId);

describe('typing', () => {
  it('is told to the others with a name, never to oneself, and ends with silence', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await setTyping(bob.viewer, { threadId, isTyping: true });
    await eventually(() => typistsOf(carol).length === 1);
    expect(last(carol.stream, 'typing')).toMatchObject({
      userIds: [bob.viewer.userId],
      people: { [bob.viewer.userId]: { name: 'Bob' } },
    });
    await eventually(() => typistsOf(carol).length === 0);
    expect(bob.stream.events.some((event) => event.type === 'typing')).toBe(false);
  });

  it('ends with the word of it, and with a message', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    for (const end of [
      () => setTyping(bob.viewer, { threadId, isTyping: false }),
      () => say(bob.viewer, threadId, 'Done'),
    ]) {
      await setTyping(bob.viewer, { threadId, isTyping: true });
      await eventually(() => typistsOf(carol).length === 1);
      await end();
      await eventually(() => typistsOf(carol).length === 0);
    }
  });

  it('ends by itself where the word of its end was lost', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await setTyping(bob.viewer, { threadId, isTyping: true });
    await eventually(() => typistsOf(carol).length === 1);
    isLost = true;
    await setTyping(bob.viewer, { threadId, isTyping: false });
    await eventually(() => typistsOf(carol).length === 0);
  });

  it('never moves a cursor', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    const message = await say(alice, threadId, 'Before');
    await setTyping(bob.viewer, { threadId, isTyping: true });
    await eventually(() => typistsOf(carol).length === 1);
    await markRead(bob.viewer, { threadId, seq: 1 });
    await eventually(() => readerOf(carol, bob.viewer.userId)?.seenSeq === 1);
    const signals = carol.stream.events.flatMap((event, i) =>
      event.type === 'typing' || event.type === 'receipts' ? [carol.stream.cursors[i]] : [],
    );
    expect(new Set(signals.map((cursor) => cursor?.split('.')[1]))).toEqual(new Set([`${message.rev}`]));
  });

  it('in a place that one cannot read or write is refused, and a stranger’s is told to nobody', async () => {
    const mallory = await makeVisitor('Mallory');
    const stranger: Viewer = { kind: 'stranger', userId: null };
    for (const viewer of [mallory, stranger])
      await expect(setTyping(viewer, { threadId, isTyping: true })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    const shown = await makeRoom(alice, { visitors: 'read' });
    for (const viewer of [mallory, stranger])
      await expect(setTyping(viewer, { threadId: shown.mainThreadId, isTyping: true })).rejects.toMatchObject(
        { code: 'FORBIDDEN' },
      );
    const open = await makeRoom(alice);
    await expect(
      setTyping(stranger, { threadId: open.mainThreadId, isTyping: true }),
    ).resolves.toBeUndefined();
    await joinRoomByCall(mallory, open.id);
    await pool().query(`update memberships set muted_until = now() + interval '1 hour' where user_id = $1`, [
      mallory.userId,
    ]);
    await expect(setTyping(mallory, { threadId: open.mainThreadId, isTyping: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('of one who hides it is told to nobody, nor are they told of others', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await updateSharing(bob.viewer, { showsTyping: false });
    await setTyping(bob.viewer, { threadId, isTyping: true });
    await setTyping(alice, { threadId, isTyping: true });
    await eventually(() => typistsOf(carol).length === 1);
    expect(typistsOf(carol)).toEqual([alice.userId]);
    await say(alice, threadId, 'After');
    await eventually(() => changesOf(bob.stream).length === 1);
    expect(bob.stream.events.some((event) => event.type === 'typing')).toBe(false);
  });

  it('S108: of many at once is coalesced, and every message comes exactly once', async () => {
    const carol = await read('Carol');
    const people = await Promise.all(Array.from({ length: 8 }, (_, i) => makeVisitor(`Typist ${i}`)));
    for (const { userId } of people) await admit(roomId, userId);
    const since = Date.now();
    for (let round = 0; round < 20; round++) {
      await Promise.all(people.map((viewer) => setTyping(viewer, { threadId, isTyping: round % 2 === 0 })));
      await say(alice, threadId, `Message ${round}`);
    }
    await eventually(() => changesOf(carol.stream).length === 20);
    const seconds = Math.ceil((Date.now() - since) / 1_000);
    expect(changesOf(carol.stream).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const told = carol.stream.events.filter((event) => event.type === 'typing').length;
    expect(told).toBeLessThanOrEqual(seconds + 1);
  });

  it('goes to nobody who was removed', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await pool().query(`update memberships set status = 'removed' where user_id = $1`, [carol.viewer.userId]);
    await pool().query('update rooms set acl_rev = acl_rev + 1 where id = $1', [roomId]);
    await setTyping(bob.viewer, { threadId, isTyping: true });
    await eventually(() => carol.stream.refused !== undefined);
    expect([carol.stream.refused, typistsOf(carol)]).toEqual(['NOT_FOUND', []]);
  });
});

describe('receipts', () => {
  const deliver = (viewer: Viewer, seq: number) => markDelivered(viewer, { marks: [{ threadId, seq }] });
  const sayThree = async () => {
    for (const text of ['One', 'Two', 'Three']) await say(alice, threadId, text);
  };

  it('say what others were delivered and have read, and when; they only grow', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await sayThree();
    await markRead(bob.viewer, { threadId, seq: 1 });
    await deliver(bob.viewer, 3);
    await eventually(() => readerOf(carol, bob.viewer.userId)?.deliveredSeq === 3);
    const before = readerOf(carol, bob.viewer.userId);
    expect(before?.seenSeq).toBe(1);
    expect(Math.abs(Date.now() - Date.parse(before?.seenAt ?? ''))).toBeLessThan(60_000);
    await markUnread(bob.viewer, { threadId, seq: 1 });
    // A mark of the version before comes too late for unread, and yet what was seen was seen.
    await markRead(bob.viewer, { threadId, seq: 2, markVersion: 0 });
    await eventually(() => readerOf(carol, bob.viewer.userId)?.seenSeq === 2);
    await deliver(bob.viewer, 1);
    await markRead(bob.viewer, { threadId, seq: 1 });
    await markRead(carol.viewer, { threadId, seq: 3 });
    await eventually(() => readerOf(bob, carol.viewer.userId)?.seenSeq === 3);
    expect(readerOf(bob, bob.viewer.userId)).toMatchObject({ deliveredSeq: 3, seenSeq: 2 });
    expect(last(bob.stream, 'receipts')?.people[carol.viewer.userId]?.name).toBe('Carol');
  });

  it('of one who hides them disappear at once, and what is read meanwhile is never told', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await sayThree();
    await markRead(bob.viewer, { threadId, seq: 1 });
    await markRead(carol.viewer, { threadId, seq: 1 });
    await eventually(() => readerOf(carol, bob.viewer.userId)?.seenSeq === 1);
    await eventually(() => readerOf(bob, carol.viewer.userId)?.seenSeq === 1);
    await updateSharing(bob.viewer, { showsReceipts: false });
    await eventually(() => readerOf(carol, bob.viewer.userId) === undefined);
    await eventually(() => last(bob.stream, 'receipts')?.count === 0);
    const asked = { threadId, seq: 1, limit: 10 };
    expect((await listReaders(bob.viewer, asked)).readers).toEqual([]);
    expect((await listReaders(alice, asked)).readers.map(({ person }) => person.name)).toEqual(['Carol']);
    await markRead(bob.viewer, { threadId, seq: 3 });
    await deliver(bob.viewer, 3);
    await updateSharing(bob.viewer, { showsReceipts: true });
    await markRead(carol.viewer, { threadId, seq: 2 });
    await eventually(() => readerOf(bob, bob.viewer.userId) !== undefined);
    expect(readerOf(bob, bob.viewer.userId)).toMatchObject({ deliveredSeq: 1, seenSeq: 1 });
  });

  it('are kept from strangers, and from and of whoever may not read the room any more', async () => {
    const open = await makeRoom(alice);
    const { viewer: bob, secret } = await makeKnownVisitor('Bob');
    await joinRoomByCall(bob, open.id);
    const stream = followThread(server.openClient(secret).trpc, open.mainThreadId);
    const stranger = followThread(server.openClient('Q'.repeat(43)).trpc, open.mainThreadId);
    await eventually(() => stream.events.length > 0 && stranger.events.length > 0);
    await say(alice, open.mainThreadId, 'Hello');
    const carol = await makeMember('Carol');
    await joinRoomByCall(carol, open.id);
    for (const viewer of [alice, carol]) await markRead(viewer, { threadId: open.mainThreadId, seq: 1 });
    await eventually(() => last(stream, 'receipts')?.count === 2);
    await pool().query(`update memberships set status = 'banned' where user_id = $1`, [carol.userId]);
    await markRead(bob, { threadId: open.mainThreadId, seq: 1 });
    await eventually(() => last(stream, 'receipts')?.people[carol.userId] === undefined);
    expect(last(stream, 'receipts')?.people[alice.userId]?.name).toBe('Alice');
    await eventually(() => changesOf(stranger).length === 1);
    expect(stranger.events.some((event) => event.type === 'receipts')).toBe(false);
    const asked = { threadId, seq: 0, limit: 10 };
    await expect(listReaders(carol, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(listReaders({ kind: 'stranger', userId: null }, asked)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('heal with the next word when one was lost on the bus', async () => {
    const [bob, carol] = [await read('Bob'), await read('Carol')];
    await sayThree();
    await markRead(bob.viewer, { threadId, seq: 1 });
    await eventually(() => readerOf(carol, bob.viewer.userId)?.seenSeq === 1);
    isLost = true;
    await markRead(bob.viewer, { threadId, seq: 3 });
    isLost = false;
    await markRead(carol.viewer, { threadId, seq: 1 });
    await eventually(() => readerOf(carol, bob.viewer.userId)?.seenSeq === 3);
  });

  it('are written for as many readers as ticks need, and no outsider can leave any', async () => {
    const people = await Promise.all(['Ann', 'Ben', 'Cem', 'Dan', 'Eve'].map((name) => makeVisitor(name)));
    for (const { userId } of people) await admit(roomId, userId);
    await sayThree();
    for (const viewer of people) await markRead(viewer, { threadId, seq: 1 });
    for (const viewer of people) await deliver(viewer, 3);
    await deliver(await makeVisitor('Mallory'), 2_000_000_000);
    const { rows } = await pool().query<{ at: number }>(
      'select delivered_seq as at from read_states where thread_id = $1 and user_id <> $2 order by 1',
      [threadId, alice.userId],
    );
    expect(rows.map(({ at }) => at)).toEqual([1, 1, 3, 3, 3]);
  });

  it('list the readers of one message page by page, those who stand at it first', async () => {
    const people = await Promise.all(['Ann', 'Ben', 'Cem'].map((name) => makeVisitor(name)));
    for (const { userId } of people) await admit(roomId, userId);
    await sayThree();
    for (const [i, viewer] of people.entries()) await markRead(viewer, { threadId, seq: 3 - i });
    const first = await listReaders(alice, { threadId, seq: 2, limit: 1 });
    const second = await listReaders(alice, { threadId, seq: 2, limit: 1, cursor: first.nextCursor });
    expect(
      [...first.readers, ...second.readers].map(({ person, seenSeq }) => [person.name, seenSeq]),
    ).toEqual([
      ['Ben', 2],
      ['Ann', 3],
    ]);
    expect(second.nextCursor).toBeNull();
  });
});
