import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { verifierOf } from '@/server/auth/visitor-secret';
import { mintVisitor } from '@/server/domain/user/visitor';
import {
  callFrame,
  changeSettings,
  eventually,
  helloFrame,
  pause,
  readSocket,
  startServer,
  type TestServer,
} from '@/server/testing/server';

let server: TestServer;
beforeAll(async () => (server = await startServer({ CALLS_PER_SECOND_PER_ADDRESS: '6' })));
afterAll(() => server.close());

const newSecret = () => randomBytes(32).toString('base64url');
/** The status that an upgrade is answered with; 101 gives the socket as well. */
async function tryOpen(): Promise<{ status: number; socket?: WebSocket }> {
  try {
    return { status: 101, socket: await server.openSocket() };
  } catch (cause) {
    return { status: Number(/response: (\d+)/.exec(String(cause))?.[1] ?? 0) };
  }
}
async function closeAll(sockets: (WebSocket | undefined)[]): Promise<void> {
  for (const socket of sockets) socket?.terminate();
  await eventually(() => server.sockets.size === 0);
}

describe('sockets', () => {
  it('S105: of one address are limited, and a closed one frees its place', async () => {
    changeSettings({ SOCKETS_PER_ADDRESS: '3' });
    const open = await Promise.all([tryOpen(), tryOpen(), tryOpen()]);
    expect(open.map(({ status }) => status)).toEqual([101, 101, 101]);
    expect((await tryOpen()).status).toBe(429);
    open[0]?.socket?.terminate();
    await eventually(() => server.sockets.size === 2);
    const again = await tryOpen();
    expect(again.status).toBe(101);
    changeSettings({ SOCKETS_PER_ADDRESS: '1000' });
    await closeAll([...open.map(({ socket }) => socket), again.socket]);
  });

  it('S105: of one person are limited, over all their tabs', async () => {
    changeSettings({ SOCKETS_PER_IDENTITY: '2' });
    const secret = newSecret();
    await mintVisitor(verifierOf(secret), 'Otter');
    const greet = async () => {
      const socket = await server.openSocket();
      const messages = readSocket(socket);
      socket.send(helloFrame(secret));
      socket.send(JSON.stringify(callFrame(1, 'query', 'session.get')));
      return { socket, messages, told: await messages.next(/"id":(1|null),/) };
    };
    // Sockets that close while it is still being looked up who they are must not keep a place.
    for (let i = 0; i < 10; i++) {
      const socket = await server.openSocket();
      socket.send(helloFrame(secret), () => socket.terminate());
      await once(socket, 'close');
    }
    await pause(50);
    const [first, second] = [await greet(), await greet()];
    expect([first.told, second.told].join()).not.toContain('error');
    const third = await greet();
    expect(JSON.parse(third.told)).toMatchObject({
      id: null,
      error: { data: { code: 'TOO_MANY_REQUESTS', reason: 'too_many' } },
    });
    await third.messages.closed();
    first.socket.terminate();
    await eventually(() => server.sockets.size === 1);
    const fourth = await greet();
    expect(fourth.told).toContain('"result"');
    await closeAll([second.socket, fourth.socket]);
  });

  it('S105: count for the person that a stranger becomes on them', async () => {
    changeSettings({ SOCKETS_PER_IDENTITY: '1' });
    const secret = newSecret();
    const rename = async () => {
      const socket = await server.openSocket();
      const messages = readSocket(socket);
      socket.send(helloFrame(secret));
      socket.send(JSON.stringify(callFrame(1, 'query', 'session.get')));
      await messages.next(/"id":1,/);
      return {
        socket,
        tell: () => {
          socket.send(JSON.stringify(callFrame(2, 'mutation', 'user.update', { name: 'Otter' })));
          return messages.next(/"id":2,/);
        },
      };
    };
    const [first, second] = [await rename(), await rename()];
    expect(await first.tell()).toContain('"result"');
    expect(await second.tell()).toContain('TOO_MANY_REQUESTS');
    changeSettings({ SOCKETS_PER_IDENTITY: '1000' });
    await closeAll([first.socket, second.socket]);
  });

  it('S105: are opened only so fast by one address', async () => {
    changeSettings({ HANDSHAKES_PER_SECOND_PER_ADDRESS: '4' });
    await pause(1_010 - (Date.now() % 1_000)); // It counts per second of the clock.
    const tries = await Promise.all(Array.from({ length: 10 }, tryOpen));
    expect(tries.filter(({ status }) => status === 101)).toHaveLength(4);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(6);
    await closeAll(tries.map(({ socket }) => socket));
    await pause(1_010 - (Date.now() % 1_000));
    const later = await tryOpen();
    expect(later.status).toBe(101);
    changeSettings({ HANDSHAKES_PER_SECOND_PER_ADDRESS: '1000' });
    await closeAll([later.socket]);
  });

  it('S105: of all together wait for their turn, and are turned away where it is too far away', async () => {
    changeSettings({ HANDSHAKES_PER_SECOND: '4' });
    const since = performance.now();
    const tries = await Promise.all(Array.from({ length: 30 }, tryOpen));
    const tookMs = performance.now() - since;
    const open = tries.filter(({ status }) => status === 101);
    // Four at once, and four a second for the three seconds that a turn may be away; on a slow machine some more.
    expect(open.length).toBeGreaterThanOrEqual(15);
    expect(open.length).toBeLessThanOrEqual(16 + Math.ceil((4 * tookMs) / 1_000 - 11));
    expect(tookMs).toBeGreaterThan(2_900);
    expect(tries.filter(({ status }) => status === 503)).toHaveLength(30 - open.length);
    changeSettings({ HANDSHAKES_PER_SECOND: '1000' });
    await closeAll(tries.map(({ socket }) => socket));
  });
});

describe('calls', () => {
  it('S5 S102: are counted one by one, whatever they come in, and say when to come again', async () => {
    const socket = await server.openSocket();
    const messages = readSocket(socket);
    socket.send(helloFrame(newSecret()));
    await pause(1_100);
    const since = Date.now();
    // One request, one batch of three calls, and then the socket: all from one account of six.
    expect((await server.send('/api/trpc/session.get')).status).toBe(200);
    const batch = await server.send('/api/trpc/session.get,user.me,session.get?batch=1');
    expect(batch.status).toBe(200);
    socket.send(JSON.stringify([1, 2, 3, 4].map((id) => callFrame(id, 'query', 'session.get'))));
    await eventually(() => messages.heard.length === 4);
    expect(messages.heard.filter((text) => text.includes('"result"'))).toHaveLength(2);
    const told = JSON.parse(messages.heard.find((text) => text.includes('error')) ?? '') as {
      error: { data: { retryAfterMs: number } };
    };
    expect(told).toMatchObject({
      error: {
        message: 'That was too fast. Try again in a second.',
        data: { code: 'TOO_MANY_REQUESTS', reason: 'too_fast', httpStatus: 429 },
      },
    });
    const { retryAfterMs } = told.error.data;
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(1_000);
    const overHttp = await server.send('/api/trpc/session.get');
    if (Date.now() - since < 900) {
      expect(overHttp.status).toBe(429);
      expect(overHttp.headers['retry-after']).toBe('1');
    }
    await pause(retryAfterMs + 20);
    expect((await server.send('/api/trpc/session.get')).status).toBe(200);
    // A stream is a call as well.
    await pause(1_100);
    socket.send(
      JSON.stringify(
        [11, 12, 13, 14, 15, 16, 17].map((id) => callFrame(id, 'subscription', 'inbox.onEvent')),
      ),
    );
    await messages.next(/"id":\d\d,"error".*TOO_MANY_REQUESTS/);
    await closeAll([socket]);
  });
});

describe('a server that stops', () => {
  it('sends its sockets away, closes who stays with 1012, ends no stream, and takes no new one meanwhile', async () => {
    const ending = await startServer({ CALLS_PER_SECOND_PER_ADDRESS: '6' });
    const all = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = await ending.openSocket();
        const messages = readSocket(socket);
        socket.send(helloFrame(newSecret()));
        return { socket, messages };
      }),
    );
    await pause(1_100);
    all[0]?.socket.send(JSON.stringify(callFrame(1, 'subscription', 'inbox.onEvent')));
    await all[0]?.messages.next(/"started"/);
    const toldAt: number[] = [];
    for (const { socket } of all)
      socket.on('message', (data: Buffer) => {
        if (data.toString().includes('"method":"reconnect"')) toldAt.push(Date.now());
      });
    const drained = ending.sockets.drain(1_200);
    await expect(ending.openSocket()).rejects.toThrow('503');
    expect((await ending.send('/api/health')).status).toBe(200);
    await drained;
    expect(await Promise.all(all.map(({ messages }) => messages.closed()))).toEqual(all.map(() => 1012));
    expect(toldAt).toHaveLength(60);
    // Three slices, 200 ms apart.
    expect(Math.max(...toldAt) - Math.min(...toldAt)).toBeGreaterThan(200);
    // A stream that were ended here would never come back: its client must see a lost connection.
    expect(all[0]?.messages.heard.join('\n')).not.toContain('stopped');
    expect(ending.sockets.size).toBe(0);
    await ending.close();
  });
});
