import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { joinRoomByCall } from '@/server/domain/room/write';
import { Browser, goodPassword, makeRegistered, makeSignedIn } from '@/server/testing/account';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { changeSettings, eventually, startServer, type TestServer } from '@/server/testing/server';
import { followThread, makeKnownVisitor } from '@/server/testing/synced';
import { identityEndedCode } from '@/shared/limits';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const newSecret = () => randomBytes(32).toString('base64url');

describe('a session', () => {
  it('begins with the password and is who calls over HTTP and over the socket', async () => {
    const { viewer, browser } = await makeSignedIn(server, 'Ann');
    expect(await browser.me()).toMatchObject({ id: viewer.userId, kind: 'registered', name: 'Ann' });
    const { trpc, close } = server.openClient(null, { cookie: browser.cookie });
    expect((await trpc.session.get.query()).me?.id).toBe(viewer.userId);
    void close();
  });

  it('wins over a visitor’s secret, and ends at the sign-out: the old cookie is worth nothing', async () => {
    const { viewer, browser } = await makeSignedIn(server);
    const { viewer: visitor, secret } = await makeKnownVisitor();
    browser.secret = secret;
    expect((await browser.me())?.id).toBe(viewer.userId);
    const old = new Browser(server);
    old.cookies.set('foyer.session', browser.session ?? '');
    const answer = await browser.signOut();
    expect(answer.headers['clear-site-data']).toBe('"cache"');
    expect(browser.session).toBeUndefined();
    expect((await browser.me())?.id).toBe(visitor.userId);
    expect(await old.me()).toBeNull();
  });

  it('S24: is another one after each sign-in, and the one before is dead', async () => {
    const { viewer, email, browser } = await makeSignedIn(server);
    const first = new Browser(server);
    first.cookies.set('foyer.session', browser.session ?? '');
    expect((await first.me())?.id).toBe(viewer.userId);
    await browser.signIn(email);
    expect(browser.session).not.toBe(first.session);
    expect(await first.me()).toBeNull();
    expect((await browser.me())?.id).toBe(viewer.userId);
  });

  it('slides along with its cookie, and only while it lives', async () => {
    const { browser } = await makeSignedIn(server);
    const before = browser.session;
    await browser.send('/api/auth/session');
    expect(browser.session).not.toBe(before);
    expect(await browser.me()).not.toBeNull();
    await browser.call('user.signOutEverywhere', {});
    await browser.send('/api/auth/session');
    expect(browser.session).toBeUndefined();
  });

  it('S20: is proven by nothing but a living token of our own', async () => {
    const { viewer, browser } = await makeSignedIn(server);
    const [header = '', ...rest] = (browser.session ?? '').split('.');
    const plain = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sub: viewer.userId, sid: newId(), exp: 4_000_000_000 };
    const forged = [
      `${plain({ alg: 'none' })}.${plain(claims)}.`,
      `${plain({ alg: 'HS256' })}.${plain(claims)}.${'A'.repeat(43)}`,
      [header, ...rest.slice(0, -1), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.'),
      [plain({ alg: 'dir', enc: 'A128GCM' }), ...rest].join('.'),
      'x'.repeat(8_192),
      'Bearer %',
      '%E0%A4%A',
    ];
    for (const token of forged) {
      const answer = await server.send('/api/trpc/session.get', {
        headers: { cookie: `foyer.session=${token}` },
      });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ result: { data: { me: null } } });
    }
  });

  it('S21: strange cookies and headers are never an error of the server', async () => {
    const { viewer, browser } = await makeSignedIn(server);
    const many = Array.from({ length: 200 }, (_, i) => `c${i}=${i}`).join('; ');
    for (const cookie of [many, ';;;===; =; a', 'foyer.session', 'foyer.session=', '\u00ff\u00fe=1']) {
      const answer = await server.send('/api/trpc/session.get', {
        headers: { cookie, authorization: 'Bearer %' },
      });
      expect(answer.status).toBeLessThan(500);
    }
    const tossed = `foyer.session=${browser.session}; foyer.session=other`;
    const answer = await server.send('/api/trpc/session.get', { headers: { cookie: tossed } });
    expect(JSON.parse(answer.text)).toMatchObject({ result: { data: { me: { id: viewer.userId } } } });
  });

  it('S122: survives the change of the secret for as long as the old one is believed', async () => {
    const { viewer, browser } = await makeSignedIn(server);
    const { env } = await import('@/server/base/env');
    const [before] = env().secrets;
    const after = newSecret();
    changeSettings({ NEXTAUTH_SECRET: after, NEXTAUTH_SECRET_PREVIOUS: before });
    expect((await browser.me())?.id).toBe(viewer.userId);
    changeSettings({ NEXTAUTH_SECRET: after, NEXTAUTH_SECRET_PREVIOUS: '' });
    expect(await browser.me()).toBeNull();
    changeSettings({ NEXTAUTH_SECRET: before, NEXTAUTH_SECRET_PREVIOUS: '' });
    expect((await browser.me())?.id).toBe(viewer.userId);
  });

  it('S35: has a cookie that scripts cannot read, bound to the host where pages come over https', async () => {
    const { email, viewer } = await makeRegistered();
    const flagsOf = async () => {
      const answer = await new Browser(server).post('/api/auth/callback/credentials', {
        email,
        password: goodPassword,
      });
      return (answer.headers['set-cookie'] ?? []).find((line) => line.includes('foyer.session='));
    };
    expect(viewer.kind).toBe('registered');
    expect(await flagsOf()).toMatch(/^foyer\.session=.*; HttpOnly; SameSite=Lax$/i);
    changeSettings({ PUBLIC_URL: 'https://chat.example', ALLOWED_ORIGINS: server.origin });
    try {
      const { headers } = await server.send('/api/auth/csrf');
      expect(headers['set-cookie']?.join()).toMatch(
        /__Host-next-auth\.csrf-token=[^;]+; Path=\/; HttpOnly; Secure/,
      );
    } finally {
      changeSettings({ PUBLIC_URL: '', ALLOWED_ORIGINS: server.origin });
    }
  });
});

describe('S23: what ends a session ends it on the open socket too', () => {
  const open = async () => {
    const { viewer, email, browser } = await makeSignedIn(server);
    const room = await makeRoom(await makeMember());
    await joinRoomByCall(viewer, room.id);
    const codes: number[] = [];
    const { trpc, connection, live } = server.openClient(null, { cookie: browser.cookie, as: viewer.userId });
    const stream = followThread(trpc, room.mainThreadId);
    await stream.started();
    await eventually(() => live.size > 0);
    for (const socket of live) socket.on('close', (code) => codes.push(code));
    return { viewer, email, browser, room, stream, codes, close: () => connection.close() };
  };

  it.each([
    ['signing out', (browser: Browser) => browser.signOut()],
    ['signing out everywhere', (browser: Browser) => browser.call('user.signOutEverywhere', {})],
    ['deactivating', (browser: Browser) => browser.call('user.deactivate', { proof: goodPassword })],
  ])('%s', async (_, end) => {
    const { browser, room, stream, codes, close } = await open();
    const since = Date.now();
    await end(browser);
    await eventually(() => codes.length > 0);
    expect(codes[0]).toBe(identityEndedCode);
    expect(Date.now() - since).toBeLessThan(5_000);
    const heard = stream.events.length;
    await say(await makeMember('Bob'), room.mainThreadId);
    expect(stream.events.length).toBe(heard);
    expect((await browser.call('user.account')).data).toBeNull();
    void close();
  });

  it('changing the password, on every browser but the one that did it', async () => {
    const { viewer, email, browser, codes, close } = await open();
    const other = new Browser(server);
    await other.signIn(email);
    const changed = await other.call('user.changePassword', {
      current: goodPassword,
      password: 'umbrella tango',
    });
    expect(changed.status).toBe(200);
    await eventually(() => codes.length > 0);
    expect(codes[0]).toBe(identityEndedCode);
    expect((await other.me())?.id).toBe(viewer.userId);
    expect(await browser.me()).toBeNull();
    expect(await other.signIn(email)).toBe('CredentialsSignin');
    expect(await other.signIn(email, 'umbrella tango')).toBeNull();
    void close();
  });

  it('S25: its own end, though nobody says so: the sweep sees it', async () => {
    const { viewer, codes, close } = await open();
    await pool().query(`update sessions set expires_at = now() where user_id = $1`, [viewer.userId]);
    await eventually(() => codes.length > 0, 15_000);
    expect(codes[0]).toBe(identityEndedCode);
    void close();
  });

  it('also where the streams come as server-sent events', async () => {
    const { browser, viewer } = await makeSignedIn(server);
    const room = await makeRoom(viewer);
    const input = encodeURIComponent(JSON.stringify({ threadId: room.mainThreadId }));
    const answer = browser.send(`/api/trpc/thread.onEvent?input=${input}`, {
      // Opened late, it is refused with the same word.
      headers: { accept: 'text/event-stream', 'x-foyer-as': viewer.userId },
    });
    await browser.call('user.signOutEverywhere', {});
    const { text } = await answer;
    expect(text).toContain('identity_ended');
  });

  it('a call that was meant for somebody else is refused, over HTTP and over the socket', async () => {
    const { viewer, browser } = await makeSignedIn(server);
    const refused = await browser.send('/api/trpc/user.me', { headers: { 'x-foyer-as': 'visitor' } });
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('identity_changed');
    await browser.signOut();
    const ended = await browser.send('/api/trpc/user.me', { headers: { 'x-foyer-as': viewer.userId } });
    expect(ended.status).toBe(401);
    expect(ended.text).toContain('identity_ended');
    const { connection, live } = server.openClient(newSecret(), { as: viewer.userId });
    await eventually(() => live.size > 0);
    const codes: number[] = [];
    for (const socket of live) socket.on('close', (code) => codes.push(code));
    await eventually(() => codes.includes(identityEndedCode));
    await connection.close();
  });
});
