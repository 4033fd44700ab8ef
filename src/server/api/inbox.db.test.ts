import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tails } from '@/server/api/live';
import { inTransaction } from '@/server/base/db';
import { once } from '@/server/base/once';
import { memoryBus, type Bus, type Topic } from '@/server/realtime/bus';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { eventually, pause, startServer, type TestServer } from '@/server/testing/server';
import { admit, followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { pulseMs } from '@/shared/limits';
import type { Member } from '@/shared/user';

/** Who listens to what on the bus, counted. */
const listeners = new Map<Topic, number>();
function countingBus(): Bus {
  const inner = memoryBus((cause) => {
    throw cause;
  });
  const add = (topic: Topic, n: number) => listeners.set(topic, (listeners.get(topic) ?? 0) + n);
  return {
    ...inner,
    subscribe(topic, onEvent) {
      add(topic, 1);
      const stop = inner.subscribe(topic, onEvent);
      return () => {
        add(topic, -1);
        stop();
      };
    },
  };
}

let server: TestServer;
beforeAll(async () => {
  once('bus', countingBus); // Before anybody asks for the real one.
  server = await startServer();
});
afterAll(() => server.close());

let alice: Member;
beforeEach(async () => {
  alice = await makeMember();
});
const openInbox = async (secret: string) => {
  const inbox = followInbox(server.openClient(secret).trpc);
  await eventually(() => inbox.events.length > 0); // It says that it listens.
  return inbox;
};
const threadsOf = (inbox: ReturnType<typeof followInbox>) =>
  inbox.events.flatMap((event) => (event.type === 'threads' ? event.threads : []));
const stranger = 'U'.repeat(43);

describe('the inbox', () => {
  it('hears of public rooms as a stranger, and of private ones only as a member', async () => {
    const open = await makeRoom(alice);
    const secretRoom = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const membersOnly = await makeRoom(alice, { visitors: 'none' });
    const { viewer, secret } = await makeKnownVisitor();
    await admit(secretRoom.id, viewer.userId);
    const [outside, inside] = [await openInbox(stranger), await openInbox(secret)];
    await say(alice, secretRoom.mainThreadId, 'For members');
    await say(alice, membersOnly.mainThreadId, 'For those who signed in');
    await say(alice, open.mainThreadId, 'For everybody');
    await eventually(() => threadsOf(outside).length > 0 && threadsOf(inside).length > 1);
    await pause(2 * pulseMs);
    expect(threadsOf(outside).map((thread) => thread.lastMessage?.text)).toEqual(['For everybody']);
    const told = new Set(threadsOf(inside).map((thread) => thread.lastMessage?.text));
    expect(told).toEqual(new Set(['For members', 'For everybody']));
    outside.close();
    inside.close();
  });

  it('says the newest of 200 fast messages in a few events', async () => {
    const room = await makeRoom(alice);
    const inbox = await openInbox(stranger);
    const since = Date.now();
    await Promise.all(Array.from({ length: 200 }, (_, i) => say(alice, room.mainThreadId, `Fast ${i}`)));
    await eventually(() => threadsOf(inbox).some((thread) => thread.seq === 200));
    const pulses = Math.ceil((Date.now() - since) / pulseMs) + 1;
    expect(threadsOf(inbox).length).toBeLessThanOrEqual(pulses);
    expect(threadsOf(inbox).at(-1)).toMatchObject({ id: room.mainThreadId, seq: 200, rev: 200 });
    inbox.close();
  });

  it('hears of a room from the moment of joining it, and of nothing after losing it', async () => {
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const { viewer, secret } = await makeKnownVisitor();
    await admit(room.id, viewer.userId);
    const inbox = await openInbox(secret);
    await say(alice, room.mainThreadId, 'Before');
    await eventually(() => threadsOf(inbox).length === 1);
    await inTransaction(async (client) => {
      await client.query(`update memberships set status = 'removed' where room_id = $1 and user_id = $2`, [
        ...[room.id, viewer.userId],
      ]);
      await client.query('update rooms set acl_rev = acl_rev + 1 where id = $1', [room.id]);
    });
    await say(alice, room.mainThreadId, 'After');
    await say(alice, room.mainThreadId, 'Long after');
    await pause(3 * pulseMs);
    expect(threadsOf(inbox).map((thread) => thread.lastMessage?.text)).toEqual(['Before']);
    // The stream itself lives on: there are other rooms.
    const open = await makeRoom(alice);
    await say(alice, open.mainThreadId, 'Elsewhere');
    await eventually(() => threadsOf(inbox).at(-1)?.lastMessage?.text === 'Elsewhere');
    await joinRoomByCall(viewer, open.id);
    await eventually(() =>
      inbox.events.some((event) => event.type === 'membership' && event.status === 'joined'),
    );
    inbox.close();
  });

  it('tells nobody else of a new private room, and everybody of a public one', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const [own, other] = [await openInbox(secret), await openInbox(stranger)];
    const base = { topic: '', visitors: 'write' as const };
    await createRoom(viewer, { ...base, id: newId(), name: 'Closed room', kind: 'private' });
    await createRoom(viewer, { ...base, id: newId(), name: 'Open room', kind: 'public' });
    await eventually(() => other.events.some((event) => event.type === 'room'));
    const rooms = other.events.flatMap((event) => (event.type === 'room' ? [event.room] : []));
    expect(rooms.map((room) => [room.name, room.role])).toEqual([['Open room', null]]);
    expect(other.events.some((event) => event.type === 'membership')).toBe(false);
    await eventually(() => own.events.filter((event) => event.type === 'membership').length === 2);
    own.close();
    other.close();
  });
});

describe('streams that ended', () => {
  it('leave no listener behind, 200 times over, however they ended', async () => {
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const { viewer, secret } = await makeKnownVisitor();
    await admit(room.id, viewer.userId);
    const client = server.openClient(secret);
    const reading = () =>
      tails()
        .tails()
        .reduce((sum, tail) => sum + tail.readerCount, 0);
    // An open socket listens for the end of its person, once.
    const bySocket = (topic: Topic) => (topic.startsWith('user:') ? 1 : 0);
    const isKept = (topic: Topic) => /^(thread|acl):|^people$/.test(topic);
    const heard = () => [...listeners].filter(([topic, n]) => n > bySocket(topic) && !isKept(topic));
    await eventually(() => heard().length === 0 && reading() === 0);
    for (let round = 0; round < 20; round++) {
      const streams = Array.from({ length: 10 }, (_, i) =>
        i % 2 ? followInbox(client.trpc) : followThread(client.trpc, room.mainThreadId),
      );
      // Some are ended before they have begun, some while they run, some by the connection.
      if (round % 3 > 0) await Promise.all(streams.map((stream) => stream.started()));
      if (round % 3 === 1) await say(alice, room.mainThreadId, `Round ${round}`);
      for (const stream of streams) stream.close();
      if (round % 5 === 4) server.cutSockets();
    }
    await eventually(() => heard().length === 0 && reading() === 0);
    expect(once('pulses', () => new Map()).size).toBe(0);
    // A thread that was just watched is kept for a while, by one listener; who is here, always.
    for (const [topic, n] of listeners) if (isKept(topic)) expect(n).toBeLessThanOrEqual(1);
    // All places on the connection are free again; one frame asks for at most ten.
    const streams: ReturnType<typeof followThread>[] = [];
    for (let i = 0; i < 4; i++) {
      const some = Array.from({ length: 8 }, () => followThread(client.trpc, room.mainThreadId));
      await Promise.all(some.map((stream) => stream.started()));
      streams.push(...some);
    }
    expect(streams.map((stream) => stream.refused)).toEqual(streams.map(() => undefined));
    for (const stream of streams) stream.close();
  });
});
