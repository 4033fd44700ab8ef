import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeLog } from '@/server/base/log';
import { once } from '@/server/base/once';
import { makeAdminLink, makeResetLink } from '@/server/domain/user/one-time-link';
import { Browser, goodPassword, makeSignedIn } from '@/server/testing/account';
import { makeMember, makeRoom, newId } from '@/server/testing/factories';
import { changeSettings, startServer, type TestServer } from '@/server/testing/server';
import { makeKnownVisitor } from '@/server/testing/synced';

type Line = { security?: string; userId?: string; from?: string; time: number } & Record<string, unknown>;
const lines: Line[] = [];
let server: TestServer;
beforeAll(async () => {
  once('log', () => makeLog('info', { write: (line: string) => void lines.push(JSON.parse(line) as Line) }));
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(() => void lines.splice(0));

const newSecret = () => randomBytes(32).toString('base64url');
const events = () => lines.flatMap((line) => (line.security ? [line.security] : []));
const lineOf = (event: string) => lines.find((line) => line.security === event);

/** Who, what, from where and when; the address and the e-mail only as marks. */
function expectTold(event: string, userId?: string): Line {
  const line = lineOf(event);
  expect([event, line?.userId]).toEqual([event, userId]);
  expect(line?.from).toMatch(/^[0-9a-f]{12}$/);
  expect(Math.abs(Date.now() - (line?.time ?? 0))).toBeLessThan(120_000);
  return line as Line;
}

describe('S114: the log tells', () => {
  it('who signed in and out, and who tried in vain, at which account', async () => {
    const { viewer, email, browser } = await makeSignedIn(server);
    expectTold('sign_in', viewer.userId);
    const other = new Browser(server);
    expect(await other.signIn(email, 'a wrong kettle')).not.toBeNull();
    expect(await other.signIn(`x${email}`, 'a wrong kettle')).not.toBeNull();
    const failed = lines.filter((line) => line.security === 'sign_in_failed');
    expect(new Set(failed.map(({ account }) => account)).size).toBe(2);
    for (const { account } of failed) expect(account).toMatch(/^[0-9a-f]{12}$/);
    changeSettings({ SIGN_INS_PER_ACCOUNT: '1' });
    expect(await other.signIn(email, goodPassword)).toBe('too_fast');
    changeSettings({ SIGN_INS_PER_ACCOUNT: '100000' });
    expect(expectTold('sign_in_limited')['account']).toBe(failed[0]?.['account']);
    await browser.signOut();
    expectTold('sign_out', viewer.userId);
  });

  it('what happens to an account and to its sessions', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const browser = new Browser(server, secret);
    const email = `told-${newId()}@mail.example`;
    const account = { email, password: goodPassword, name: 'Ann', keepVisitor: true };
    expect((await browser.call('user.register', account)).status).toBe(200);
    expectTold('registered', viewer.userId);
    expect(await browser.signIn(email)).toBeNull();
    const change = { current: goodPassword, password: 'umbrella tango' };
    expect((await browser.call('user.changePassword', change)).status).toBe(200);
    expectTold('password_changed', viewer.userId);
    const token = (await makeResetLink(email)) ?? '';
    await new Browser(server).call('user.resetPassword', { token, password: goodPassword });
    expectTold('password_reset', viewer.userId);
    expect(await browser.signIn(email)).toBeNull();
    await browser.call('user.becomeAdmin', { token: await makeAdminLink() });
    expectTold('admin_made', viewer.userId);
    await browser.send('/api/export');
    expectTold('exported', viewer.userId);
    const { sessions } = (await browser.call('user.account')).data as { sessions: { id: string }[] };
    await browser.call('user.endSession', { id: sessions[0]?.id });
    expectTold('session_ended', viewer.userId);
    expect(await browser.signIn(email)).toBeNull();
    await browser.call('user.signOutEverywhere', {});
    expectTold('sign_out_everywhere', viewer.userId);
    expect(await browser.signIn(email)).toBeNull();
    expect((await browser.call('user.deactivate', { proof: goodPassword })).status).toBe(200);
    expectTold('deactivated', viewer.userId);
  });

  it('who becomes whom', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const { code } = (await new Browser(server, secret).call('user.recoveryCode', {})).data as {
      code: string;
    };
    const moved = newSecret();
    await new Browser(server).call('user.recover', { code, secret: moved });
    expectTold('visitor_recovered', viewer.userId);
    const { viewer: account, browser } = await makeSignedIn(server);
    browser.secret = moved;
    expect((await browser.call('user.claimVisitor', {})).status).toBe(200);
    expect(expectTold('visitor_claimed', account.userId)['visitorId']).toBe(viewer.userId);
    const { viewer: last, secret: own } = await makeKnownVisitor('Quiet Otter');
    const erase = { proof: 'Quiet Otter', texts: 'keep' };
    expect((await new Browser(server, own).call('user.erase', erase)).status).toBe(200);
    expectTold('erased', last.userId);
  });

  it('who did what they must not, or too often, once for many times', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const room = await makeRoom(await makeMember());
    const browser = new Browser(server, secret);
    for (let i = 0; i < 5; i++)
      expect((await browser.call('room.archive', { roomId: room.id, isArchived: true })).status).toBe(403);
    expect(expectTold('refused', viewer.userId)).toMatchObject({
      path: 'room.archive',
      reason: 'not_allowed',
    });
    changeSettings({ SENDS_PER_MINUTE: '1' });
    for (let i = 0; i < 5; i++)
      await browser.call('message.send', { id: newId(), threadId: room.mainThreadId, text: 'Words' });
    changeSettings({ SENDS_PER_MINUTE: '100000' });
    expect(expectTold('limited', viewer.userId)).toMatchObject({ path: 'message.send', reason: 'too_fast' });
    expect(events()).toEqual(['refused', 'limited']);
    // What one may not know of is no event: an id that nobody has looks the same.
    await browser.call('room.archive', { roomId: newId(), isArchived: true });
    expect(events()).toHaveLength(2);
  });

  it('S1: which other page tried to use somebody’s browser', async () => {
    const headers = { origin: `https://evil.example/${'x'.repeat(1_000)}`, cookie: 'foyer.session=x' };
    await server.raw(
      `GET /api/trpc HTTP/1.1\r\nHost: a\r\nOrigin: ${headers.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    const { origin } = expectTold('foreign_origin');
    expect(String(origin)).toMatch(/^https:\/\/evil\.example\/x{10,}$/);
    expect(String(origin).length).toBeLessThan(200);
    expect((await server.send('/api/trpc/user.update', { body: '{}', headers })).status).toBe(403);
    expect((await server.send('/api/auth/signout', { body: 'x', headers })).status).toBe(403);
    expect(events()).toEqual(['foreign_origin']);
  });
});
