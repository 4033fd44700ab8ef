import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epoch } from '@/server/base/epoch';
import { makeMember, makeRoom } from '@/server/testing/factories';
import { dense } from '@/server/testing/posts';
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
import { sendMessage } from '@/server/domain/message/send';
import { newId } from '@/server/testing/factories';
import type { ThreadEvent } from '@/shared/event';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

async function setUp() {
  const alice = await makeMember();
  const { mainThreadId: threadId } = await makeRoom(alice);
  const post = (n: number) => sendMessage(alice, { id: newId(), threadId, text: `Message ${n}` });
  return { threadId, post };
}

describe('what readers of a socket hear past tRPC’s loop', () => {
  it('is what tRPC’s own client understands: in order, nothing lost, nothing twice, through cuts', async () => {
    const { threadId, post } = await setUp();
    const readers = await Promise.all(
      dense(3).map(async () => {
        const { secret } = await makeKnownVisitor();
        return followThread(server.openClient(secret).trpc, threadId, `${epoch()}.0`);
      }),
    );
    await Promise.all(readers.map((reader) => reader.started()));
    for (const n of dense(200)) {
      await post(n);
      if (n % 60 === 0) server.cutSockets();
      if (n % 60 === 30) await pause(30);
    }
    await eventually(() => readers.every((reader) => changesOf(reader).length >= 200));
    for (const reader of readers) {
      expect(changesOf(reader).map((change) => change.rev)).toEqual(dense(200));
      for (const [i, event] of reader.events.entries())
        if (event.type === 'changes') expect(reader.cursors[i]).toBe(`${epoch()}.${event.to}`);
      reader.close();
    }
  });

  it('reaches two streams of one socket, each under its own number', async () => {
    const { threadId, post } = await setUp();
    const other = await setUp();
    const { secret } = await makeKnownVisitor();
    const socket = await server.openSocket();
    const frames = readSocket(socket);
    socket.send(helloFrame(secret));
    const ids = [1, 'two'];
    for (const [i, id] of ids.entries())
      socket.send(
        JSON.stringify(
          callFrame(id, 'subscription', 'thread.onEvent', {
            threadId: i === 0 ? threadId : other.threadId,
            lastEventId: `${epoch()}.0`,
          }),
        ),
      );
    for (const id of ids) await frames.next(new RegExp(`"id":${JSON.stringify(id)},"result".*"type":"head"`));
    for (const n of dense(20)) await Promise.all([post(n), other.post(n)]);
    type Frame = { id: unknown; result: { id: string; data: { id: string; data: ThreadEvent } } };
    const heard = (id: unknown) =>
      frames.heard
        .filter((text) => text.includes('"type":"changes"'))
        .map((text) => JSON.parse(text) as Frame)
        .filter((frame) => frame.id === id);
    const eventsOf = (id: unknown) => ({ events: heard(id).map(({ result }) => result.data.data) });
    await eventually(() => ids.every((id) => changesOf(eventsOf(id)).length >= 20));
    for (const [i, id] of ids.entries()) {
      const changes = changesOf(eventsOf(id));
      expect(changes.map((change) => change.rev)).toEqual(dense(20));
      expect(new Set(changes.map((change) => change.threadId))).toEqual(
        new Set([i === 0 ? threadId : other.threadId]),
      );
      for (const { result } of heard(id)) expect(result.id).toBe(result.data.id);
    }
  });
});
