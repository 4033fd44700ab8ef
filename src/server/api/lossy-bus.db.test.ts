import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { once } from '@/server/base/once';
import { inTransaction, pool } from '@/server/base/db';
import { epoch } from '@/server/base/epoch';
import { writePosts } from '@/server/domain/message/post-batch';
import { updateThread } from '@/server/domain/thread/update';
import { memoryBus, type Bus } from '@/server/realtime/bus';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { eventually, pause, startServer, type TestServer } from '@/server/testing/server';
import { admit, changesOf, followThread, makeKnownVisitor } from '@/server/testing/synced';
import type { Member } from '@/shared/user';
import { dense } from '@/server/testing/posts';

/** What the bus does to each event; decided per test. */
let fate: () => 'lost' | 'once' | 'twice' | 'late';
function lossyBus(): Bus {
  const inner = memoryBus((cause) => {
    throw cause;
  });
  return {
    ...inner,
    publish(topic, event) {
      const how = fate();
      if (how === 'lost') return;
      if (how === 'late') return void setTimeout(() => inner.publish(topic, event), Math.random() * 60);
      inner.publish(topic, event);
      if (how === 'twice') inner.publish(topic, event);
    },
  };
}

let server: TestServer;
beforeAll(async () => {
  once('bus', lossyBus); // Before anybody asks for the real one.
  server = await startServer();
});
afterAll(() => server.close());

const healMs = 3_000;

let alice: Member;
let threadId: string;
let roomId: string;
let trpc: ReturnType<TestServer['openClient']>['trpc'];
let readerId: string;
beforeEach(async () => {
  fate = () => 'once';
  alice = await makeMember();
  const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
  ({ id: roomId, mainThreadId: threadId } = room);
  const { viewer, secret } = await makeKnownVisitor();
  readerId = viewer.userId;
  await admit(roomId, readerId);
  trpc = server.openClient(secret).trpc;
});

/** A committed message that nobody is told of. */
const writeSilently = (text = 'Unheard') =>
  writePosts(threadId, [
    { id: newId(), authorId: alice.userId, kind: 'text', text, replyToId: null, sendHash: Buffer.alloc(32) },
  ]);

const remove = () =>
  inTransaction(async (client) => {
    await client.query(`update memberships set status = 'removed' where room_id = $1 and user_id = $2`, [
      ...[roomId, readerId],
    ]);
    await client.query('update rooms set acl_rev = acl_rev + 1 where id = $1', [roomId]);
  });

describe('over a bus that loses, repeats and delays', () => {
  it('a stream brings every message exactly once and in order', async () => {
    fate = () => {
      const dice = Math.random();
      return dice < 0.3 ? 'lost' : dice < 0.4 ? 'twice' : dice < 0.6 ? 'late' : 'once';
    };
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await stream.started();
    const writers = await Promise.all(dense(5).map((n) => makeMember(`Writer ${n}`)));
    for (const writer of writers) await admit(roomId, writer.userId);
    let posted = 0;
    const writing = writers.map(async (writer) => {
      for (let i = 0; i < 40; i++) {
        await say(writer, threadId, `${i}`);
        if (++posted % 60 === 0) server.cutSockets();
        await pause(Math.random() * 10);
      }
    });
    await Promise.all(writing);
    await eventually(() => changesOf(stream).length >= 200, healMs);
    await pause(150);
    expect(changesOf(stream).map((change) => change.seq)).toEqual(dense(200));
    stream.close();
  });

  it('the last message heals by the sweep, lost on the bus or never said there', async () => {
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await stream.started();
    await say(alice, threadId, 'Heard');
    await eventually(() => changesOf(stream).length === 1);
    fate = () => 'lost';
    await say(alice, threadId, 'Lost');
    await eventually(() => changesOf(stream).length === 2, healMs);
    await writeSilently();
    await eventually(() => changesOf(stream).length === 3, healMs);
    expect(changesOf(stream).map((change) => change.text)).toEqual(['Heard', 'Lost', 'Unheard']);
    stream.close();
  });

  it('a change of the head heals by the sweep', async () => {
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await eventually(() => stream.events.length === 1);
    fate = () => 'lost';
    await updateThread(alice, { id: threadId, title: 'Renamed in silence' });
    await eventually(() => stream.events.length === 2, healMs);
    expect(stream.events[1]).toMatchObject({ type: 'head', head: { title: 'Renamed in silence', rev: 0 } });
    expect(stream.cursors[1]).toBe(`${epoch()}.0`);
    stream.close();
  });
});

describe('whoever is removed from a room', () => {
  it.each([
    ['said on the bus', () => say(alice, threadId, 'Not for you')],
    ['found by the sweep', () => writeSilently('Not for you')],
  ])('gets nothing that was committed later, %s, and is told that there is nothing', async (_, post) => {
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await stream.started();
    await say(alice, threadId, 'For all');
    await eventually(() => changesOf(stream).length === 1);
    await remove();
    await post();
    await eventually(() => stream.refused !== undefined, healMs);
    expect([stream.refused, changesOf(stream).map((change) => change.text)]).toEqual([
      'NOT_FOUND',
      ['For all'],
    ]);
    // Nor by coming again with the old cursor.
    const again = followThread(trpc, threadId, stream.cursors.at(-1));
    await eventually(() => again.refused !== undefined);
    expect([again.refused, again.events]).toEqual(['NOT_FOUND', []]);
  });

  it('is told within seconds when nothing is written at all', async () => {
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await eventually(() => stream.events.length === 1);
    await remove();
    await eventually(() => stream.refused === 'NOT_FOUND', healMs);
  });

  it('gets nothing from a connection that was away meanwhile', async () => {
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await eventually(() => stream.events.length === 1);
    await Promise.all([remove(), Promise.resolve(server.cutSockets())]);
    await say(alice, threadId, 'Not for you');
    await eventually(() => stream.refused === 'NOT_FOUND', healMs);
    expect(changesOf(stream)).toEqual([]);
  });

  it('and a stranger, when a public room closes, are told the same', async () => {
    const room = await makeRoom(alice);
    const stranger = server.openClient('Q'.repeat(43)).trpc;
    const stream = followThread(stranger, room.mainThreadId, `${epoch()}.0`);
    await stream.started();
    await say(alice, room.mainThreadId, 'In public');
    await eventually(() => changesOf(stream).length === 1);
    await pool().query(`update rooms set kind = 'private', acl_rev = acl_rev + 1 where id = $1`, [room.id]);
    await say(alice, room.mainThreadId, 'In private');
    await eventually(() => stream.refused === 'NOT_FOUND', healMs);
    expect(changesOf(stream)).toHaveLength(1);
  });
});
