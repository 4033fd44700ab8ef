import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { startServer, type TestServer } from '@/server/testing/server';

let server: TestServer;
const uncaught: unknown[] = [];
const onUncaught = (cause: unknown) => uncaught.push(cause);
beforeAll(async () => {
  server = await startServer();
  process.on('uncaughtException', onUncaught);
});
afterAll(async () => {
  process.off('uncaughtException', onUncaught);
  await server.close();
});

const users = async () => (await pool().query('select count(*)::int as n from users')).rows[0]?.n as number;

/** Origins that look like ours and are not; PORT stands for the server's own. */
const foreign = [
  'https://evil.example',
  'null',
  'http://127.0.0.1:PORT.evil.example',
  'http://127.0.0.1.evil.example:PORT',
  'http://evil127.0.0.1:PORT',
  'http://127.0.0.1:1',
  'http://127.0.0.1',
  'https://127.0.0.1:PORT',
  'http://127.0.0.1:PORT/',
  'http://user@127.0.0.1:PORT',
  'http://127.0.0.1:PORT, https://evil.example',
  'file://',
  '',
];
const at = (origin: string) => origin.replace('PORT', String(server.port));

function upgrade(path: string, headers: Record<string, string>): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

describe('an upgrade', () => {
  it('S12: to a path that is not ours is refused at once, before the first request as after it', async () => {
    const paths = [
      ...['/', '/api/echo', '/api/trpc/', '/api/trpc/extra', '/api/trpcx', '/_next/hmr', '/r/welcome'],
      ...['//api/trpc', '/api/trpc%00', '/API/TRPC', 'http://169.254.169.254/', 'http://127.0.0.1/api/trpc'],
    ];
    for (const round of ['before', 'after']) {
      for (const path of paths) {
        const answer = await server.raw(upgrade(path, { Origin: server.origin }));
        expect([round, path, answer.text.slice(0, 12), answer.isClosed]).toEqual([
          ...[round, path, 'HTTP/1.1 404', true],
        ]);
        expect(answer.tookMs).toBeLessThan(250);
      }
      expect(await server.send('/')).toMatchObject({ status: 200, text: 'page' });
    }
  });

  it.each(foreign)('S1 S2: from the origin "%s" is refused before 101', async (origin) => {
    const answer = await server.raw(upgrade('/api/trpc', { Origin: at(origin) }));
    expect(answer).toMatchObject({ text: expect.stringMatching(/^HTTP\/1\.1 403 /), isClosed: true });
    expect(answer.tookMs).toBeLessThan(250);
    expect(server.sockets.size).toBe(0);
  });

  it('S2: without any origin is refused before 101, whatever else it carries', async () => {
    for (const headers of [{}, { Cookie: 'session=x' }, { 'Sec-Fetch-Site': 'same-origin' }] as Record<
      string,
      string
    >[]) {
      const answer = await server.raw(upgrade('/api/trpc', headers));
      expect(answer).toMatchObject({ text: expect.stringMatching(/^HTTP\/1\.1 403 /), isClosed: true });
    }
  });

  it('S14: from our own origin is taken, and offered no compression', async () => {
    const answer = await server.raw(
      upgrade('/api/trpc', {
        Origin: server.origin,
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      }),
      { waitMs: 200 },
    );
    expect(answer.text).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.text.toLowerCase()).not.toContain('sec-websocket-extensions');
  });

  it('that is broken in itself is refused', async () => {
    for (const headers of [{ 'Sec-WebSocket-Key': 'short' }, { 'Sec-WebSocket-Version': '99' }] as Record<
      string,
      string
    >[]) {
      const answer = await server.raw(upgrade('/api/trpc', { Origin: server.origin, ...headers }));
      expect(answer).toMatchObject({ text: expect.stringMatching(/^HTTP\/1\.1 4\d\d /), isClosed: true });
    }
  });
});

describe('regression: what once ended the process', () => {
  it('is survived: an upgrade whose client is gone before it is refused', async () => {
    for (const path of ['/nope', '/api/trpc', '/_next/hmr'])
      for (let i = 0; i < 5; i++)
        await server.raw(upgrade(path, { Origin: 'https://evil.example' }), { isReset: true, waitMs: 100 });
    expect(uncaught).toEqual([]);
    expect(await server.send('/api/trpc/session.get')).toMatchObject({ status: 200 });
  });

  it('is survived: an upgrade with a host that makes no URL', async () => {
    for (const Host of ['[bad', 'a b', 'a:b:c', '%'])
      await server.raw(upgrade('/api/trpc', { Origin: server.origin, Host }), { waitMs: 100 });
    expect(uncaught).toEqual([]);
    expect(await server.send('/api/trpc/session.get')).toMatchObject({ status: 200 });
  });
});

describe('a call over HTTP', () => {
  const body = JSON.stringify({ name: 'Mallory' });
  const secret = { 'x-foyer-visitor': 'A'.repeat(43) };

  it.each(foreign)('S9: from the origin "%s" is refused and does nothing', async (origin) => {
    for (const more of [{}, { 'sec-fetch-site': 'same-origin' }] as Record<string, string>[]) {
      const headers = { ...secret, origin: at(origin), ...more };
      const answer = await server.send('/api/trpc/user.update', { body, headers });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { data: { code: 'FORBIDDEN' } } });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(await users()).toBe(0);
  });

  it.each(['cross-site', 'same-site', 'Cross-Site', 'cross-origin'])(
    'S9: that a browser marks as %s is refused without an origin, reading as well as writing',
    async (site) => {
      const headers = { ...secret, 'sec-fetch-site': site };
      expect(await server.send('/api/trpc/user.update', { body, headers })).toMatchObject({ status: 403 });
      expect(await server.send('/api/trpc/session.get', { headers })).toMatchObject({ status: 403 });
      expect(await users()).toBe(0);
    },
  );

  it('from our own page is done, under each of its names', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const headers = { ...secret, origin: `http://${host}:${server.port}`, 'sec-fetch-site': 'same-origin' };
      expect(await server.send('/api/trpc/user.update', { body, headers })).toMatchObject({ status: 200 });
    }
    expect(await users()).toBe(1);
  });
});
