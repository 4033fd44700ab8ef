import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeMember, makeRoom } from '@/server/testing/factories';
import {
  callFrame,
  eventually,
  helloFrame,
  pause,
  readSocket,
  startServer,
  type TestServer,
} from '@/server/testing/server';
import { badFramesMax, callsPerFrameMax, frameMaxBytes, subscriptionsPerSocketMax } from '@/shared/limits';

let server: TestServer;
const uncaught: unknown[] = [];
const onUncaught = (cause: unknown) => uncaught.push(cause);
beforeAll(async () => {
  server = await startServer({}, { authDeadlineMs: 400, pingMs: 600, pongMs: 200, closeMs: 300 });
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
});
afterAll(async () => {
  process.off('uncaughtException', onUncaught);
  process.off('unhandledRejection', onUncaught);
  await server.close();
});
afterEach(async () => {
  expect(uncaught).toEqual([]);
  expect(await server.send('/api/trpc/session.get')).toMatchObject({ status: 200 });
});

const secret = 'E'.repeat(43);
const open = async () => {
  const socket = await server.openSocket();
  return { socket, messages: readSocket(socket) };
};
/** A socket that has said who it is. */
const greet = async () => {
  const { socket, messages } = await open();
  socket.send(helloFrame(secret));
  const call = (id: number, path = 'session.get') =>
    socket.send(JSON.stringify(callFrame(id, 'query', path)));
  return { socket, messages, call };
};

/** A frame of a client as it stands on the wire. */
function frame(payload: Buffer, { first = 0x81, isMasked = true, length = payload.length } = {}): Buffer {
  const mask = randomBytes(4);
  const size =
    length < 126
      ? Buffer.from([length | (isMasked ? 0x80 : 0)])
      : Buffer.from([126 | (isMasked ? 0x80 : 0), length >> 8, length & 0xff]);
  const body = isMasked ? payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first]), size, isMasked ? mask : Buffer.alloc(0), body]);
}

/** Sends bytes behind a proper handshake; gives the close code that the server answers with. */
async function rawFrames(
  parts: Buffer[],
  waitMs = 1_500,
): Promise<{ code: number | null; isClosed: boolean }> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `GET /api/trpc HTTP/1.1\r\nHost: a\r\nOrigin: ${server.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101/);
  let heard = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => (heard = Buffer.concat([heard, data])));
  const closed = once(socket, 'close').then(() => true);
  for (const part of parts) socket.write(part);
  const isClosed = await Promise.race([closed, pause(waitMs).then(() => false)]);
  socket.destroy();
  const at = heard.indexOf(Buffer.from([0x88]));
  return { code: at >= 0 && heard.length >= at + 4 ? heard.readUInt16BE(at + 2) : null, isClosed };
}

describe('frames of a socket', () => {
  const hello = frame(Buffer.from(helloFrame(secret)));

  it('S14: of 64 KiB are read, and one byte more closes it with 1009', async () => {
    const { socket, messages } = await greet();
    const call = JSON.stringify(callFrame(1, 'query', 'session.get'));
    socket.send(call.padEnd(frameMaxBytes, ' '));
    await messages.next(/"id":1,"result"/);
    socket.send(call.padEnd(frameMaxBytes + 1, ' '));
    expect(await messages.closed()).toBe(1009);
  });

  it.each<[string, Buffer[], number | null]>([
    ['RSV bits', [frame(Buffer.from('{}'), { first: 0xc1 })], 1002],
    ['an unknown opcode', [frame(Buffer.from('{}'), { first: 0x83 })], 1002],
    ['no mask', [frame(Buffer.from('{}'), { isMasked: false })], 1002],
    ['a continuation of nothing', [frame(Buffer.from('{}'), { first: 0x80 })], 1002],
    ['text that is no UTF-8', [frame(Buffer.from([0xff, 0xfe]))], 1007],
    ['a ping that is too long', [frame(Buffer.alloc(126), { first: 0x89 })], 1002],
    ['a close code that is none', [frame(Buffer.from([0, 1]), { first: 0x88 })], 1002],
    [
      'more fragments than the limit',
      [
        frame(Buffer.alloc(40_000, 0x20), { first: 0x01 }),
        frame(Buffer.alloc(40_000, 0x20), { first: 0x80 }),
      ],
      1009,
    ],
    ['their end missing', [frame(Buffer.from('{'), { length: 100 })], 4401],
  ])('S13: with %s close that socket alone', async (_, frames, code) => {
    const { messages, call } = await greet();
    expect(await rawFrames(frames)).toEqual({ code, isClosed: true });
    if (code !== 4401) expect(await rawFrames([hello, ...frames])).toEqual({ code, isClosed: true });
    call(9);
    await messages.next(/"id":9,"result"/);
  });

  it('S13: in fragments of one byte are put together', async () => {
    const text = Buffer.from(helloFrame(secret));
    const parts = [...text].map((byte, i) =>
      frame(Buffer.from([byte]), { first: (i === 0 ? 0x01 : 0x00) | (i === text.length - 1 ? 0x80 : 0) }),
    );
    // Understood: it says who it is, so it is still there after the deadline, until it is asked for a sign of life.
    expect(await rawFrames(parts, 550)).toEqual({ code: null, isClosed: false });
  });

  it(`that are no calls are answered, and the ${badFramesMax}th closes it with 1008`, async () => {
    const { socket, messages } = await greet();
    const deep = `{"id":1,"method":"query","params":{"path":"session.get","input":${'['.repeat(33)}${']'.repeat(33)}}}`;
    for (const bad of ['{', deep, '['.repeat(10_000), Buffer.from('{}'), ''].slice(0, badFramesMax - 1))
      socket.send(bad);
    await eventually(() => messages.heard.length === badFramesMax - 1);
    for (const text of messages.heard)
      expect(JSON.parse(text)).toMatchObject({ id: null, error: { data: { code: 'BAD_REQUEST' } } });
    expect(socket.readyState).toBe(socket.OPEN);
    socket.send('nonsense');
    expect(await messages.closed()).toBe(1008);
  });

  it.each([
    ['null', 'null'],
    ['a number', '5'],
    ['an empty object', '{}'],
    ['no parameters', '{"id":1,"method":"query"}'],
    ['a path that is no text', '{"id":1,"method":"query","params":{"path":["session.get"]}}'],
    ['a method of its prototype', '{"id":1,"method":"constructor","params":{"path":"session.get"}}'],
    ['an id that is an object', '{"id":{},"method":"query","params":{"path":"session.get"}}'],
    ['no id', '{"id":null,"method":"query","params":{"path":"session.get"}}'],
    [
      'a cursor that is no text',
      '{"id":1,"method":"subscription","params":{"path":"inbox.onEvent","lastEventId":{}}}',
    ],
    ['an unknown procedure', '{"id":1,"method":"query","params":{"path":"__proto__.x"}}'],
    ['the wrong kind of call', '{"id":1,"method":"query","params":{"path":"user.update"}}'],
    ['a stop of nothing', '[{"id":7,"method":"subscription.stop"},5]'],
  ])('that hold %s are refused in our words, and the socket goes on', async (_, text) => {
    const { socket, messages, call } = await greet();
    socket.send(text);
    const told = JSON.parse(await messages.next(/error/)) as { error: { data: { httpStatus: number } } };
    expect(told.error.data.httpStatus).toBeGreaterThanOrEqual(400);
    expect(told.error.data.httpStatus).toBeLessThan(500);
    call(9);
    await messages.next(/"id":9,"result"/);
  });
});

describe('the first message', () => {
  it('S4: has to come in time, or the socket is closed with 4401', async () => {
    const { socket, messages } = await open();
    socket.send('PING'); // A sign of life says nothing of who it is.
    expect(await messages.closed()).toBe(4401);
    await eventually(() => server.sockets.size === 0 || socket.readyState === socket.CLOSED);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text for parameters', '{"method":"connectionParams","data":"x"}'],
    ['parameters that are no texts', '{"method":"connectionParams","data":{"visitor":{"toString":1}}}'],
    ['a prototype', '{"method":"connectionParams","data":{"__proto__":{"visitor":"x"},"visitor":5}}'],
    ['a secret that is too short', helloFrame('C'.repeat(42))],
    ['a secret that is too long', helloFrame('C'.repeat(44))],
    ['a secret of other characters', helloFrame(`${'C'.repeat(42)}*`)],
    ['too many levels', '{"a":'.repeat(40)],
  ])('S3: that holds %s is refused, and the socket closed', async (_, text) => {
    const { socket, messages } = await open();
    socket.send(text);
    socket.send(JSON.stringify(callFrame(1, 'query', 'session.get')));
    expect(JSON.parse(await messages.next(/"id":null/))).toMatchObject({
      error: { data: { code: 'BAD_REQUEST' } },
    });
    await messages.closed();
    expect(messages.heard.join()).not.toContain('"result"');
    expect(({} as Record<string, unknown>)['visitor']).toBeUndefined();
  });

  it('may name nobody: a stranger reads', async () => {
    const { socket, messages } = await open();
    socket.send('{"method":"connectionParams","data":null}');
    socket.send(JSON.stringify(callFrame(1, 'query', 'session.get')));
    expect(await messages.next(/"id":1,/)).toContain('"me":null');
  });
});

describe('calls on a socket', () => {
  it('S5: come in frames of bounded length: one call more, and the frame is refused whole', async () => {
    const { socket, messages } = await greet();
    const batch = (size: number, from: number) =>
      JSON.stringify(Array.from({ length: size }, (_, i) => callFrame(from + i, 'query', 'session.get')));
    socket.send(batch(callsPerFrameMax + 1, 100));
    await eventually(() => messages.heard.length === callsPerFrameMax + 1);
    expect(messages.heard.filter((text) => text.includes('BAD_REQUEST'))).toHaveLength(callsPerFrameMax + 1);
    socket.send(batch(callsPerFrameMax, 200));
    await eventually(() => messages.heard.length === 2 * callsPerFrameMax + 1);
    expect(messages.heard.filter((text) => text.includes('"result"'))).toHaveLength(callsPerFrameMax);
  });

  it(`S105: open at most ${subscriptionsPerSocketMax} streams, however fast they ask, and an ended one frees its place`, async () => {
    const room = await makeRoom(await makeMember());
    const { socket, messages } = await greet();
    const stream = (id: number) =>
      callFrame(id, 'subscription', 'thread.onEvent', { threadId: room.mainThreadId });
    // Frames in one go: none of the streams has begun when the next one is asked for.
    const wanted = Array.from({ length: 40 }, (_, i) => stream(i + 1));
    for (let i = 0; i < 40; i += 10) socket.send(JSON.stringify(wanted.slice(i, i + 10)));
    await eventually(() => messages.heard.filter((text) => /"started"|"error"/.test(text)).length === 40);
    const refused = messages.heard.filter((text) => text.includes('"error"'));
    expect(refused).toHaveLength(40 - subscriptionsPerSocketMax);
    expect(JSON.parse(refused[0] ?? '')).toMatchObject({
      error: {
        message: 'At most 32 streams may be open at once.',
        data: { code: 'TOO_MANY_REQUESTS', reason: 'too_many' },
      },
    });
    const running = /"id":(\d+),"result":\{"type":"started"/.exec(messages.heard.join('\n'))?.[1];
    socket.send(JSON.stringify({ id: Number(running), method: 'subscription.stop' }));
    await messages.next(/"stopped"/);
    socket.send(JSON.stringify(stream(90)));
    await messages.next(/"id":90,"result":\{"type":"started"/);
    socket.send(JSON.stringify(stream(91)));
    await messages.next(/"id":91,"error"/);
    // A refused one, and one that was never right, have taken no place.
    socket.send(JSON.stringify({ id: 90, method: 'subscription.stop' }));
    await messages.next(/"id":90,"result":\{"type":"stopped"/);
    socket.send(JSON.stringify(callFrame(92, 'subscription', 'thread.onEvent', { threadId: 5 })));
    await messages.next(/"id":92,"error"/);
    socket.send(JSON.stringify(stream(93)));
    await messages.next(/"id":93,"result":\{"type":"started"/);
  });

  it('refuse an id that an open stream has, and leave that stream alone', async () => {
    const { socket, messages } = await greet();
    const stream = JSON.stringify(callFrame(1, 'subscription', 'inbox.onEvent'));
    socket.send(stream);
    await messages.next(/"started"/);
    socket.send(stream);
    await messages.next(/"id":1,"error".*BAD_REQUEST/);
    socket.send(JSON.stringify({ id: 1, method: 'subscription.stop' }));
    await messages.next(/"id":1,"result":\{"type":"stopped"/);
  });

  it('S106: keep it alive: a silent one is asked, and cut when it does not answer', async () => {
    const silent = await greet();
    const talking = await greet();
    talking.socket.on('message', (data: Buffer) => data.toString() === 'PING' && talking.socket.send('PONG'));
    await silent.messages.next(/^PING$/);
    expect(await silent.messages.closed()).toBe(1006);
    await pause(900);
    expect(talking.socket.readyState).toBe(talking.socket.OPEN);
  });
});
