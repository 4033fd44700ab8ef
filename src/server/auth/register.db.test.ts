import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { Browser, goodPassword, makeRegistered } from '@/server/testing/account';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { changeSettings, eventually, startServer, type TestServer } from '@/server/testing/server';
import { makeKnownVisitor } from '@/server/testing/synced';
import { identityEndedCode } from '@/shared/limits';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const register = (browser: Browser, email: string, over: object = {}) =>
  browser.call('user.register', { email, password: goodPassword, name: 'Ann', keepVisitor: false, ...over });

describe('registering', () => {
  it('S29: makes an account that the password opens', async () => {
    const browser = new Browser(server);
    const email = `new-${newId()}@mail.example`;
    expect((await register(browser, email)).status).toBe(200);
    expect(await browser.signIn(email.toUpperCase())).toBeNull();
    expect(await browser.me()).toMatchObject({ kind: 'registered', name: 'Ann' });
    const { rows } = await pool().query<{ hash: string }>(
      'select password_hash as hash from users where email = $1',
      [email],
    );
    expect(rows[0]?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('S40: turns the visitor of this browser into the account, in place: their secret is dead at once', async () => {
    const { viewer: visitor, secret } = await makeKnownVisitor('Quiet Otter');
    const room = await makeRoom(await makeMember());
    const message = await say(visitor, room.mainThreadId, 'Before');
    const browser = new Browser(server, secret);
    const { live, connection } = server.openClient(secret);
    await eventually(() => live.size > 0);
    const codes: number[] = [];
    for (const socket of live) socket.on('close', (code) => codes.push(code));
    const email = `keep-${newId()}@mail.example`;
    expect((await register(browser, email, { name: 'Otti', keepVisitor: true })).status).toBe(200);
    await eventually(() => codes.includes(identityEndedCode));
    await connection.close();
    expect((await browser.call('session.get')).reason).toBe('identity_ended');
    expect((await browser.call('user.update', { name: 'Planted' })).status).toBe(401);
    await browser.signIn(email);
    expect(await browser.me()).toMatchObject({ id: visitor.userId, kind: 'registered', name: 'Otti' });
    const edited = await browser.call('message.edit', {
      threadId: room.mainThreadId,
      id: message.id,
      text: 'After',
    });
    expect(edited.data).toMatchObject({ text: 'After' });
    const { rows } = await pool().query('select role from memberships where user_id = $1 and room_id = $2', [
      visitor.userId,
      room.id,
    ]);
    expect(rows).toEqual([{ role: 'member' }]);
  });

  it('S27: answers alike for an address that has an account, and changes nothing there', async () => {
    const { viewer, email } = await makeRegistered('Original');
    const { viewer: visitor, secret } = await makeKnownVisitor();
    const browser = new Browser(server, secret);
    const taken = await register(browser, email, { password: 'another kettle', keepVisitor: true });
    const fresh = await register(new Browser(server), `fresh-${newId()}@mail.example`);
    expect({ ...taken }).toEqual({ ...fresh });
    expect((await browser.me())?.id).toBe(visitor.userId);
    expect(await browser.signIn(email, 'another kettle')).toBe('CredentialsSignin');
    expect(await browser.signIn(email)).toBeNull();
    expect(await browser.me()).toMatchObject({ id: viewer.userId, name: 'Original' });
  });

  it('is closed where the operator says so', async () => {
    changeSettings({ REGISTRATION: 'closed' });
    try {
      const { status } = await register(new Browser(server), `closed-${newId()}@mail.example`);
      expect(status).toBe(403);
    } finally {
      changeSettings({ REGISTRATION: 'open' });
    }
  });

  it('of one visitor twice at once makes one account', async () => {
    const { viewer: visitor, secret } = await makeKnownVisitor();
    const emails = [1, 2].map((i) => `twice-${i}-${newId()}@mail.example`);
    const answers = await Promise.all(
      emails.map((email) => register(new Browser(server, secret), email, { keepVisitor: true })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { rows } = await pool().query<{ email: string }>('select email from users where id = $1', [
      visitor.userId,
    ]);
    expect(emails).toContain(rows[0]?.email);
  });
});
