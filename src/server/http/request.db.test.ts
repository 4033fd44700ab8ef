import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { pool } from '@/server/base/db';
import { pause, startServer, type TestServer } from '@/server/testing/server';
import { bodyMaxBytes } from '@/shared/limits';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const users = async () => (await pool().query('select count(*)::int as n from users')).rows[0]?.n as number;
const rename = JSON.stringify({ name: 'Mallory' });
const secret = { 'x-foyer-visitor': 'A'.repeat(43) };

/** After whatever was tried: the process answers, and nothing was written. */
async function expectUnharmed() {
  expect(await server.send('/api/trpc/session.get')).toMatchObject({ status: 200 });
  expect(await users()).toBe(0);
}

describe('a call over HTTP', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD'])(
    'S11: is refused with %s',
    async (method) => {
      const answer = await server.send('/api/trpc/session.get', {
        method,
        headers: { origin: server.origin, 'access-control-request-method': 'POST' },
      });
      expect(answer.status).toBe(405);
      expect(Object.keys(answer.headers).join()).not.toMatch(/access-control|allow-credentials/);
    },
  );

  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'application/json-patch+json',
    '',
  ])('S7 S8: is refused with the content type "%s" and does nothing', async (type) => {
    const headers = { ...secret, 'content-type': type };
    const answer = await server.send('/api/trpc/user.update', { body: rename, headers });
    expect(answer).toMatchObject({ status: 415 });
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { data: { code: 'UNSUPPORTED_MEDIA_TYPE', httpStatus: 415 } },
    });
    await expectUnharmed();
  });

  it('S10: cannot write by GET, whatever it says about its method', async () => {
    const path = `/api/trpc/user.update?input=${encodeURIComponent(rename)}`;
    for (const [where, headers] of [
      [path, {}],
      [`${path}&_method=POST`, {}],
      [path, { 'x-http-method-override': 'POST', 'x-method-override': 'POST' }],
    ] as const) {
      const answer = await server.send(where, { headers: { ...secret, ...headers } });
      expect(answer.status).toBe(405);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { data: { code: 'METHOD_NOT_SUPPORTED' } } });
    }
    await expectUnharmed();
  });

  it.each(['nope', 'message', 'message.nope', '__proto__', 'constructor', 'message.__proto__', 'toString'])(
    'of the unknown procedure %s is not found',
    async (path) => {
      const answer = await server.send(`/api/trpc/${path}`);
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.text)).toMatchObject({
        error: { message: 'There is no such procedure.', data: { code: 'NOT_FOUND' } },
      });
    },
  );

  it.each([
    ['a broken escape', '/api/trpc/%E0%A4%A', 400],
    ['an escape that breaks when it is undone twice', '/api/trpc/%25E0%25A4%25A', 400],
    ['an escaped NUL', '/api/trpc/session.get%00', 400],
    ['5,000 characters', `/api/trpc/session.get?x=${'a'.repeat(5_000)}`, 414],
    ['two slashes in front', '//evil.example/api/trpc/session.get', 400],
    ['input that is no JSON', '/api/trpc/room.list?input=%7B', 400],
    ['input that is no UTF-8', '/api/trpc/room.list?input=%7B%22search%22%3A%22%FF%22%7D&x=%FF', 200],
    ['connection parameters that are no JSON', '/api/trpc/session.get?connectionParams=%7B', 400],
  ])('whose address has %s is answered in our words', async (_, path, status) => {
    const answer = await server.send(path);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/\bat \w+ \(|node_modules|URIError|SyntaxError/);
    if (status >= 400)
      expect(JSON.parse(answer.text)).toMatchObject({ error: { data: { httpStatus: status } } });
    await expectUnharmed();
  });

  it('may hold at most ten calls', async () => {
    const ten = Array.from({ length: 10 }, () => 'session.get').join();
    expect(await server.send(`/api/trpc/${ten}?batch=1`)).toMatchObject({ status: 200 });
    const eleven = await server.send(`/api/trpc/${ten},user.update?batch=1`, {
      body: rename,
      headers: secret,
    });
    expect(eleven.status).toBe(400);
    await expectUnharmed();
  });
});

describe('a request that is no request', () => {
  const post = 'POST /api/trpc/user.update HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  it.each([
    ['both length and chunks', `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`],
    ['a negative length', `${post}Content-Length: -5\r\n\r\nabcde`],
    ['a length that is no number', `${post}Content-Length: 5x\r\n\r\nabcde`],
    ['chunks in disguise', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a folded header', `${post}X: b\r\n c\r\n\r\n`],
    ['bare line feeds', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['NUL in its address', 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['20 KB of headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['another server in its address', 'GET http://169.254.169.254/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a star for an address', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['nothing HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc'],
  ])('S15: with %s is refused, and its connection closed', async (_, bytes) => {
    // What follows on the same connection must not be understood as a second request.
    const answer = await server.raw(`${bytes}GET /api/trpc/session.get HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer.text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(answer.isClosed).toBe(true);
    expect(answer.tookMs).toBeLessThan(1_000);
    await expectUnharmed();
  });

  it('is cut even when its client does not hang up', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('nonsense\r\n\r\n');
    await pause(300);
    const open = () =>
      new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)));
    const before = await open();
    socket.destroy();
    await pause(50);
    expect(await open()).toBe(before); // It was gone already.
  });

  it('S12: asking for a tunnel gets none', async () => {
    const answer = await server.raw('CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toMatchObject({ text: '', isClosed: true });
  });

  it('with a host that is none is refused as a call', async () => {
    const answer = await server.raw(
      'GET /api/trpc/session.get HTTP/1.1\r\nHost: [bad\r\nConnection: close\r\n\r\n',
    );
    expect(answer.text).toMatch(/^HTTP\/1\.1 400 [^]*BAD_REQUEST/);
  });
});

describe('a body', () => {
  it('of the greatest size is read, and one byte more is not', async () => {
    const padded = (size: number) => rename.padEnd(size, ' ');
    const fits = await server.send('/api/trpc/user.update', { body: padded(bodyMaxBytes) });
    expect(fits.status).toBe(401); // It was understood: all that is missing is an identity.
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]) {
      const over = await server.send('/api/trpc/user.update', {
        body: padded(bodyMaxBytes + 1),
        headers: { ...json, ...secret, ...headers },
      });
      expect(over.status).toBe(413);
      expect(JSON.parse(over.text)).toMatchObject({ error: { data: { code: 'PAYLOAD_TOO_LARGE' } } });
    }
    await expectUnharmed();
  });

  it.each([
    ['announced', `Content-Length: ${200 * 2 ** 20}\r\n\r\n`, (chunk: Buffer) => chunk],
    [
      'chunked',
      'Transfer-Encoding: chunked\r\n\r\n',
      (chunk: Buffer) =>
        Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
    ],
  ])('S106: of 200 MB, %s, is answered with 413 and cut, and is never held', async (_, framing, frame) => {
    const before = process.memoryUsage().rss;
    const chunk = frame(Buffer.alloc(64 * 1024, 0x20));
    let text = '';
    let sent = 0;
    let isClosed = false;
    const socket = connect(server.port, '127.0.0.1');
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (isClosed = true));
    socket.write(
      `POST /api/trpc/user.update HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${framing}`,
    );
    while (!isClosed && sent < 200 * 2 ** 20) {
      sent += chunk.length;
      if (!socket.write(chunk))
        await Promise.race([
          new Promise<void>((resolve) => socket.once('drain', resolve)),
          new Promise<void>((resolve) => socket.once('close', () => resolve())),
          pause(2_000),
        ]);
    }
    expect(isClosed).toBe(true);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(50 * 2 ** 20);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 2 ** 20);
    await expectUnharmed();
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400],
    [
      'an overlong encoding',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
      400,
    ],
    ['no JSON', '{"name":', 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['an array', '[]', 400],
    ['a lone surrogate, escaped', '{"name":"\\ud800"}', 400],
    ['33 levels', '['.repeat(33) + ']'.repeat(33), 400],
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 400],
    ['30,000 levels that never close', '{"a":'.repeat(12_000), 400],
    ['a byte order mark, which means nothing', '\ufeff{"name":"Mallory"}', 401],
    ['the same key twice, where the last one holds', '{"name":5,"name":"Mallory"}', 401],
  ])('of %s is answered in our words', async (_, body, status) => {
    const since = performance.now();
    const answer = await server.send('/api/trpc/user.update', { body });
    expect(performance.now() - since).toBeLessThan(500);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/SyntaxError|RangeError|stack|\bat \w+ \(/);
    await expectUnharmed();
  });
});
