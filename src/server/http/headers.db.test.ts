import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { env } from '@/server/base/env';
import { changeSettings, startServer, type TestServer } from '@/server/testing/server';
import { makeMember, makeRoom } from '@/server/testing/factories';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());
afterEach(() => {
  changeSettings({ SOCKETS_PER_ADDRESS: '100000' });
  Object.assign(env(), { PUBLIC_URL: undefined });
});

const paths = ['/', '/r/welcome', '/api/trpc/session.get', '/api/trpc/no.such', '/api/health', '/api/export'];

describe('every answer', () => {
  it.each(paths)('S17: %s is shown in no frame of another page', async (path) => {
    const { headers } = await server.send(path);
    expect(headers['x-frame-options']).toBe('DENY');
    if (!path.startsWith('/api/'))
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it.each(paths)('S16: %s says for two years that it is asked for over https, where it is', async (path) => {
    expect((await server.send(path)).headers['strict-transport-security']).toBeUndefined();
    Object.assign(env(), { PUBLIC_URL: 'https://chat.example' });
    const { headers } = await server.send(path);
    const seconds = Number(/^max-age=(\d+)$/.exec(headers['strict-transport-security'] ?? '')?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(365 * 24 * 3_600);
  });
});

describe('a stream over HTTP', () => {
  it('S6: passes the same checks as a call, and counts like a socket', async () => {
    const room = await makeRoom(await makeMember());
    const input = encodeURIComponent(JSON.stringify({ threadId: room.mainThreadId }));
    const path = `/api/trpc/thread.onEvent?input=${input}`;
    const accept = { accept: 'text/event-stream' };
    const forged: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of forged)
      for (const body of [undefined, '{}']) {
        const refused = await server.send(path, {
          headers: { ...accept, ...headers },
          ...(body && { body }),
        });
        expect(refused.status).toBe(403);
        expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      }
    const form = { ...accept, 'content-type': 'text/plain' };
    expect((await server.send(path, { body: '{}', headers: form })).status).toBe(415);
    const bad = await server.send('/api/trpc/thread.onEvent?input=%7B%22threadId%22:5%7D', {
      headers: accept,
    });
    expect(bad.text).toContain('BAD_REQUEST');
    changeSettings({ SOCKETS_PER_ADDRESS: '1' });
    const held = new AbortController();
    const open = await fetch(`${server.origin}${path}`, { headers: accept, signal: held.signal });
    const reader = open.body?.getReader();
    await reader?.read();
    expect((await server.send(path, { headers: accept })).text).toContain('TOO_MANY_REQUESTS');
    held.abort();
    await reader?.closed.catch(() => undefined);
  });
});
