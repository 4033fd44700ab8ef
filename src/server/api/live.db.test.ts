import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { epoch } from '@/server/base/epoch';
import { writePosts } from '@/server/domain/message/post-batch';
import { listMessages } from '@/server/domain/message/read';
import { updateThread } from '@/server/domain/thread/update';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { eventually, pause, startServer, type TestServer } from '@/server/testing/server';
import { changesOf, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { replayMaxChanges } from '@/shared/limits';
import type { Member } from '@/shared/user';
import { dense } from '@/server/testing/posts';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

async function setUp() {
  const alice = await makeMember();
  const room = await makeRoom(alice);
  const { secret } = await makeKnownVisitor();
  return { alice, threadId: room.mainThreadId, trpc: server.openClient(secret).trpc };
}

/** Many messages in one statement, unheard by anybody. */
const fill = (author: Member, threadId: string, count: number) =>
  writePosts(
    threadId,
    dense(count).map((n) => ({
      id: newId(),
      authorId: author.userId,
      kind: 'text' as const,
      text: `Filler ${n}`,
      replyToId: null,
      sendHash: Buffer.alloc(32),
    })),
  );

describe('a stream', () => {
  it('brings every later message exactly once and in order, over five lost connections', async () => {
    const { alice, threadId, trpc } = await setUp();
    await fill(alice, threadId, 7);
    const { head } = await listMessages(alice, { threadId, direction: 'backward', limit: 50 });
    const stream = followThread(trpc, threadId, head.cursor);
    await stream.started();
    const writers = await Promise.all(dense(5).map((n) => makeMember(`Writer ${n}`)));
    let posted = 0;
    const writing = writers.map(async (writer) => {
      for (let i = 0; i < 60; i++) {
        await say(writer, threadId, `${writer.name}: ${i}`);
        posted++;
      }
    });
    for (const cut of dense(5)) {
      await eventually(() => posted >= cut * 45);
      server.cutSockets();
    }
    await Promise.all(writing);
    await eventually(() => changesOf(stream).length >= 300);
    await pause(100);
    expect(changesOf(stream).map((change) => change.seq)).toEqual(dense(300, 8));
    expect(new Set(changesOf(stream).map((change) => change.id)).size).toBe(300);
    for (const event of stream.events)
      if (event.type === 'changes') expect(event.changes.at(-1)?.rev).toBe(event.to);
    // Each batch begins where the one before ended.
    const ends = stream.events.flatMap((event) => (event.type === 'changes' ? [[event.from, event.to]] : []));
    expect(ends.slice(1).map(([from]) => from)).toEqual(ends.slice(0, -1).map(([, to]) => to));
    expect(stream.refused).toBeUndefined();
    stream.close();
  });

  it.each([
    ['garbage', () => 'garbage'],
    ['nothing', () => ''],
    ['another epoch', () => '0000000000.3'],
    ['a minus', () => `${epoch()}.-1`],
    ['too many parts', () => `${epoch()}.1.2`],
    ['a fraction', () => `${epoch()}.1e3`],
    ['more than an integer', () => `${epoch()}.9999999999`],
    ['a prototype', () => '__proto__'],
    ['a place that the log has not reached', () => `${epoch()}.4`],
  ])('from a cursor of %s says reset once, repeating it, and then nothing', async (_, cursorOf) => {
    const { alice, threadId, trpc } = await setUp();
    await fill(alice, threadId, 3);
    const cursor = cursorOf();
    const stream = followThread(trpc, threadId, cursor);

    await eventually(() => stream.events.length > 0);
    await say(alice, threadId, 'Later');
    await say(alice, threadId, 'And later');
    await pause(150);
    expect(stream.events).toEqual([{ type: 'reset' }]);
    if (cursor) expect(stream.cursors).toEqual([cursor]);
    expect([stream.refused, stream.isStopped]).toEqual([undefined, false]);
    stream.close();
  });

  it.each(['x'.repeat(65), `${'e'.repeat(10)}.\0`, 'a\r\nb', 'a b', '\ud800', 'é'])(
    'refuses the cursor %j, which no stream ever gave',
    async (cursor) => {
      const { threadId, trpc } = await setUp();
      const stream = followThread(trpc, threadId, cursor);
      await eventually(() => stream.refused !== undefined);
      expect([stream.refused, stream.events]).toEqual(['BAD_REQUEST', []]);
    },
  );

  it(`catches up ${replayMaxChanges} changes in one batch, and says reset one further back`, async () => {
    const { alice, threadId, trpc } = await setUp();
    await fill(alice, threadId, replayMaxChanges + 1);
    const near = followThread(trpc, threadId, `${epoch()}.1`);
    const far = followThread(trpc, threadId, `${epoch()}.0`);
    await eventually(() => near.events.length > 0 && far.events.length > 0);
    expect(near.events).toHaveLength(1);
    expect(changesOf(near).map((change) => change.seq)).toEqual(dense(replayMaxChanges, 2));
    expect([far.events, far.cursors]).toEqual([[{ type: 'reset' }], [`${epoch()}.0`]]);
    await say(alice, threadId, 'Onwards');
    await eventually(() => changesOf(near).length > replayMaxChanges);
    expect(changesOf(near).at(-1)?.text).toBe('Onwards');
    near.close();
    far.close();
  });

  it('tells a rename, a lock and an archiving as heads, without moving the cursor', async () => {
    const { alice, threadId, trpc } = await setUp();
    const message = await say(alice, threadId, 'Start');
    const stream = followThread(trpc, threadId, `${epoch()}.1`);
    await eventually(() => stream.events.length > 0);
    await updateThread(alice, { id: threadId, title: 'Renamed' });
    await eventually(() => stream.events.at(-1)?.type === 'head' && headOf(stream).title === 'Renamed');
    await updateThread(alice, { id: threadId, isLocked: true });
    await eventually(() => headOf(stream).lockedAt !== null);
    expect(headOf(stream)).toMatchObject({ title: 'Renamed', rev: message.rev, headRev: 2 });
    expect(new Set(stream.cursors)).toEqual(new Set([`${epoch()}.1`]));
    expect(stream.events.every((event) => event.type === 'head')).toBe(true);
    stream.close();
  });

  it('S47: of a thread that is not there, or not for this reader, is refused in the same words', async () => {
    const { alice, trpc } = await setUp();
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    for (const threadId of [newId(), room.mainThreadId]) {
      const stream = followThread(trpc, threadId);
      await eventually(() => stream.refused !== undefined);
      expect([stream.refused, stream.events]).toEqual(['NOT_FOUND', []]);
    }
  });

  it('goes on when every connection to the database is killed', async () => {
    const { alice, threadId, trpc } = await setUp();
    const stream = followThread(trpc, threadId, `${epoch()}.0`);
    await stream.started();
    await say(alice, threadId, 'Before');
    for (let round = 0; round < 3; round++) {
      const killer = await pool().connect();
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      killer.release(true);
      // The same id again and again, as a browser's outbox does.
      const id = newId();
      for (let sent = false; !sent;)
        sent = await trpc.message.send
          .mutate({ id, threadId, text: `Round ${round}` })
          .then(() => true)
          .catch(async (cause: { data?: { code?: string } }) => {
            expect(cause.data?.code).toBe('SERVICE_UNAVAILABLE');
            await pause(50);
            return false;
          });
    }
    await eventually(() => changesOf(stream).length === 4, 8_000);
    expect(changesOf(stream).map((change) => change.seq)).toEqual(dense(4));
    expect(stream.refused).toBeUndefined();
    stream.close();
  });
});

function headOf(stream: ReturnType<typeof followThread>) {
  const last = stream.events.at(-1);
  if (last?.type !== 'changes' && last?.type !== 'head') throw new Error('No head came.');
  return last.head;
}
