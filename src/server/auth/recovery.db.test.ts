import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { makeAdminLink, makeResetLink } from '@/server/domain/user/one-time-link';
import { Browser, goodPassword, makeRegistered, makeSignedIn } from '@/server/testing/account';
import { makeMember, makeRoom, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { makeKnownVisitor } from '@/server/testing/synced';
import { identityEndedCode } from '@/shared/limits';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const newSecret = () => randomBytes(32).toString('base64url');
const codeOf = async (browser: Browser) =>
  ((await browser.call('user.recoveryCode', {})).data as { code: string }).code;

describe('a recovery code', () => {
  it('moves the visitor to another browser, and the one before is nobody’s', async () => {
    const { viewer, secret } = await makeKnownVisitor('Quiet Otter');
    const first = new Browser(server, secret);
    const code = await codeOf(first);
    const fresh = newSecret();
    const moved = await new Browser(server).call('user.recover', { code: code.toLowerCase(), secret: fresh });
    expect(moved.data).toEqual({ name: 'Quiet Otter' });
    expect((await new Browser(server, fresh).me())?.id).toBe(viewer.userId);
    expect((await first.call('session.get')).reason).toBe('identity_ended');
    // The answer may have got lost: asking again changes nothing.
    expect((await new Browser(server).call('user.recover', { code, secret: fresh })).status).toBe(200);
    expect((await new Browser(server, fresh).me())?.id).toBe(viewer.userId);
  });

  it('ends the open socket of the browser before, although the visitor lives on', async () => {
    const { secret } = await makeKnownVisitor();
    const code = await codeOf(new Browser(server, secret));
    const { live, trpc, connection } = server.openClient(secret);
    await trpc.user.me.query();
    const codes: number[] = [];
    for (const socket of live) socket.on('close', (closed) => codes.push(closed));
    await new Browser(server).call('user.recover', { code, secret: newSecret() });
    await eventually(() => codes.includes(identityEndedCode));
    await connection.close();
  });

  it('is worth nothing once there is a newer one, when it is wrong, or for a secret that is somebody’s', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const browser = new Browser(server, secret);
    const old = await codeOf(browser);
    const code = await codeOf(browser);
    expect((await new Browser(server).call('user.recover', { code: old, secret: newSecret() })).status).toBe(
      404,
    );
    const { secret: taken } = await makeKnownVisitor();
    expect((await new Browser(server).call('user.recover', { code, secret: taken })).status).toBe(409);
    expect((await browser.me())?.id).toBe(viewer.userId);
  });

  it('S38: is stored as a verifier only, as secrets are', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const code = await codeOf(new Browser(server, secret));
    const { rows } = await pool().query<{ row: string }>(
      'select users::text as row from users where id = $1',
      [viewer.userId],
    );
    for (const hidden of [secret, code, Buffer.from(secret, 'base64url').toString('hex')])
      expect(rows[0]?.row).not.toContain(hidden);
  });
});

describe('S33: a link that works once', () => {
  it('sets a new password, signs every browser out, and is spent', async () => {
    const { email, browser } = await makeSignedIn(server);
    const token = (await makeResetLink(email)) ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const reset = (password: string) => new Browser(server).call('user.resetPassword', { token, password });
    expect((await reset('umbrella tango')).status).toBe(200);
    expect(await browser.me()).toBeNull();
    expect((await reset('another tango')).status).toBe(404);
    const other = new Browser(server);
    expect(await other.signIn(email, goodPassword)).toBe('CredentialsSignin');
    expect(await other.signIn(email, 'umbrella tango')).toBeNull();
  });

  it('is worth nothing when it is too old, guessed, or for somebody nobody knows', async () => {
    const { email } = await makeRegistered();
    const token = (await makeResetLink(email)) ?? '';
    await pool().query(`update one_time_links set expires_at = now() - interval '1 second'`);
    const reset = (value: string) =>
      new Browser(server).call('user.resetPassword', { token: value, password: 'umbrella tango' });
    expect((await reset(token)).status).toBe(404);
    expect((await reset(newSecret())).status).toBe(404);
    expect(await makeResetLink('nobody@mail.example')).toBeNull();
    const { rows } = await pool().query<{ row: string }>(
      'select one_time_links::text as row from one_time_links',
    );
    expect(rows.some(({ row }) => row.includes(token))).toBe(false);
  });

  it('makes the first admin, visitors included, and no second one', async () => {
    const { viewer, secret } = await makeKnownVisitor();
    const [token, spare] = [await makeAdminLink(), await makeAdminLink()];
    const browser = new Browser(server, secret);
    expect((await browser.call('user.becomeAdmin', { token })).status).toBe(200);
    expect(await browser.me()).toMatchObject({ id: viewer.userId, isAdmin: true });
    expect((await browser.call('user.becomeAdmin', { token: spare })).status).toBe(404);
    expect(await makeAdminLink()).toBeNull();
    await pool().query('update users set is_admin = false');
  });
});

describe('finding people', () => {
  it('S52: is by name, for members, and never by e-mail', async () => {
    const { viewer, email } = await makeRegistered('Wilhelmina Zed');
    const { browser } = await makeSignedIn(server);
    const find = async (by: Browser, search: string) => {
      const query = encodeURIComponent(JSON.stringify({ search }));
      const { data } = await by.call(`user.search?input=${query}`);
      return (data as { people: { id: string }[] }).people;
    };
    expect((await find(browser, 'helmina z')).map(({ id }) => id)).toEqual([viewer.userId]);
    expect(await find(browser, email)).toEqual([]);
    expect(await find(browser, '%')).toEqual([]);
    expect(JSON.stringify(await find(browser, 'Wilhelmina'))).not.toContain('mail.example');
    const { secret } = await makeKnownVisitor();
    expect(await find(new Browser(server, secret), 'Wilhelmina')).toEqual([]);
  });

  it('shows a person to whoever may meet them in a room, and nobody else', async () => {
    const { viewer, email } = await makeRegistered('Ann');
    const get = (by: Browser) =>
      by.call(`user.get?input=${encodeURIComponent(JSON.stringify({ id: viewer.userId }))}`);
    const stranger = new Browser(server);
    const { browser } = await makeSignedIn(server, 'Eve');
    expect((await get(stranger)).status).toBe(404);
    const closed = await makeRoom(viewer, { kind: 'private', visitors: 'none' });
    await say(viewer, closed.mainThreadId);
    expect((await get(browser)).status).toBe(404);
    const open = await makeRoom(await makeMember());
    await say(viewer, open.mainThreadId);
    const seen = await get(stranger);
    expect(seen.data).toEqual({ id: viewer.userId, kind: 'registered', name: 'Ann', bio: '' });
    expect(JSON.stringify(seen.data)).not.toContain(email);
  });
});
