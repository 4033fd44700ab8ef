import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { epoch } from '@/server/base/epoch';
import { writePosts } from '@/server/domain/message/post-batch';
import { publishPosts } from '@/server/domain/message/publish';
import { makeMember, makeRoom, newId } from '@/server/testing/factories';
import {
  callFrame,
  eventually,
  helloFrame,
  pause,
  readSocket,
  startServer,
  type TestServer,
} from '@/server/testing/server';
import { changesOf, followThread, makeKnownVisitor } from '@/server/testing/synced';
import type { ThreadEvent } from '@/shared/event';
import { questionsAtOncePerSocket, socketBufferHardBytes } from '@/shared/limits';
import type { Member } from '@/shared/user';
import { dense } from '@/server/testing/posts';

let server: TestServer;
beforeAll(async () => (server = await startServer({}, { drainMs: 1_500 })));
afterAll(() => server.close());

async function setUp() {
  const alice = await makeMember();
  const { mainThreadId: threadId } = await makeRoom(alice);
  return { alice, threadId };
}

/** Posts of 4,096 characters, committed and published like any others. */
async function post(author: Member, threadId: string, count: number, letter = 'x'): Promise<void> {
  const posts = dense(count).map((n) => ({
    id: newId(),
    authorId: author.userId,
    kind: 'text' as const,
    text: `${n} `.padEnd(4_096, letter),
    replyToId: null,
    sendHash: Buffer.alloc(32),
  }));
  publishPosts(threadId, await writePosts(threadId, posts));
}

/** A reader on a plain socket, which can stop reading. */
async function openReader(threadId: string, cursor: string) {
  const { secret } = await makeKnownVisitor();
  const socket = await server.openSocket();
  const messages = readSocket(socket);
  socket.send(helloFrame(secret));
  socket.send(
    JSON.stringify(callFrame(1, 'subscription', 'thread.onEvent', { threadId, lastEventId: cursor })),
  );
  await messages.next(/"started"/);
  const data = () =>
    messages.heard
      .filter((text) => text.includes('"type":"data"'))
      .map((text) => (JSON.parse(text) as { result: { id: string; data: { data: ThreadEvent } } }).result);
  return {
    socket,
    messages,
    payloads: () => data().map((result) => JSON.stringify(result.data.data)),
    seqs: () => changesOf({ events: data().map((result) => result.data.data) }).map((change) => change.seq),
    cursor: () => data().at(-1)?.id ?? cursor,
  };
}

describe('a reader that stops reading', () => {
  it('S106: is cut, costs little memory, holds nobody up, and gets the rest exactly once when it is back', async () => {
    const { alice, threadId } = await setUp();
    const stalled = await openReader(threadId, `${epoch()}.0`);
    const { secret } = await makeKnownVisitor();
    const healthy = followThread(server.openClient(secret).trpc, threadId, `${epoch()}.0`);
    await healthy.started();
    stalled.socket.pause();
    let posted = 0;
    let mostHeld = 0;
    const before = process.memoryUsage();
    while (server.sockets.size > 1 && posted < 6_000) {
      await post(alice, threadId, 64);
      posted += 64;
      mostHeld = Math.max(mostHeld, server.heldBytes());
      await pause(20);
    }
    expect(server.sockets.size).toBe(1);
    expect(mostHeld).toBeLessThan(3 * socketBufferHardBytes);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(150 * 2 ** 20);
    await eventually(() => changesOf(healthy).length === posted);
    expect(changesOf(healthy).map((change) => change.seq)).toEqual(dense(posted));
    stalled.socket.resume();
    await stalled.messages.closed();
    const seen = stalled.seqs();
    const again = await openReader(threadId, stalled.cursor());
    await eventually(
      () =>
        again.seqs().length + seen.length >= posted ||
        again.payloads().some((text) => text.includes('"reset"')),
    );
    if (posted - seen.length <= 1_000) expect([...seen, ...again.seqs()]).toEqual(dense(posted));
    else expect(again.payloads()).toEqual(['{"type":"reset"}']);
    healthy.close();
  });

  it('gets no more answers to its calls either', async () => {
    const { alice, threadId } = await setUp();
    await post(alice, threadId, 100);
    const { secret } = await makeKnownVisitor();
    const socket = await server.openSocket();
    socket.send(helloFrame(secret));
    socket.pause();
    const before = server.sockets.size;
    let mostHeld = 0;
    for (let id = 1; id <= 300 && server.sockets.size === before; id++) {
      socket.send(JSON.stringify(callFrame(id, 'query', 'message.list', { threadId, limit: 100 })));
      await pause(10);
      mostHeld = Math.max(mostHeld, server.heldBytes());
    }
    await eventually(() => server.sockets.size < before);
    expect(mostHeld).toBeLessThan(4 * socketBufferHardBytes);
  });

  it('gets no more of them when it asks for everything at once', async () => {
    const { alice, threadId } = await setUp();
    await post(alice, threadId, 100);
    const { secret } = await makeKnownVisitor();
    const socket = await server.openSocket();
    socket.send(helloFrame(secret));
    socket.pause();
    const before = server.sockets.size;
    for (const id of dense(300))
      socket.send(JSON.stringify(callFrame(id, 'query', 'message.list', { threadId, limit: 100 })));
    let mostHeld = 0;
    await eventually(() => {
      mostHeld = Math.max(mostHeld, server.heldBytes());
      return server.sockets.size < before;
    });
    // An answer is half of the limit.
    expect(mostHeld).toBeLessThan((1 + questionsAtOncePerSocket / 2) * socketBufferHardBytes);
  });
});

describe('a reader on a slow link', () => {
  it('gets through a batch that is larger than the limit while more is written', async () => {
    const { alice, threadId } = await setUp();
    // 12 MB: more than the system's own buffers take.
    for (let i = 0; i < 15; i++) await post(alice, threadId, 64, '€');
    const patient = await startServer();
    const { secret } = await makeKnownVisitor();
    const socket = await patient.openSocket();
    const messages = readSocket(socket);
    socket.send(helloFrame(secret));
    socket.send(
      JSON.stringify(
        callFrame(1, 'subscription', 'thread.onEvent', { threadId, lastEventId: `${epoch()}.0` }),
      ),
    );
    // It reads a little, rests a little.
    const slowly = setInterval(() => {
      socket.pause();
      setTimeout(() => socket.resume(), 40).unref();
    }, 45);
    const writing = setInterval(() => void post(alice, threadId, 1), 100);
    // Some of what is written meanwhile may be in that batch already.
    await messages.next(/"from":0,"to":9\d\d/, 8_000);
    clearInterval(writing);
    await messages.next(/"from":9\d\d,/, 5_000);
    clearInterval(slowly);
    expect(patient.sockets.size).toBe(1);
    await patient.close();
  });
});

describe('readers at the same place', () => {
  it('get the same bytes, made once', async () => {
    const { alice, threadId } = await setUp();
    const readers = await Promise.all(dense(5).map(() => openReader(threadId, `${epoch()}.0`)));
    await pause(50);
    const stringify = vi.spyOn(JSON, 'stringify');
    await post(alice, threadId, 3);
    await eventually(() =>
      readers.every(({ messages }) => messages.heard.some((text) => text.includes('"changes":['))),
    );
    const made = stringify.mock.calls.filter(
      ([value]) => typeof value === 'object' && value !== null && 'changes' in value && 'people' in value,
    );
    stringify.mockRestore();
    const batches = readers.map((reader) =>
      reader.messages.heard.find((text) => text.includes('"changes":[')),
    );
    expect(new Set(batches).size).toBe(1);
    expect(made).toHaveLength(1);
  });
});
