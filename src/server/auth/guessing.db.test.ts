import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { Browser, goodPassword, makeRegistered, makeSignedIn } from '@/server/testing/account';
import {
  callFrame,
  changeSettings,
  eventually,
  readSocket,
  startServer,
  type TestServer,
} from '@/server/testing/server';
import { newId } from '@/server/testing/factories';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const many = '100000';
afterEach(() =>
  changeSettings({ SIGN_INS_PER_ACCOUNT: many, SIGN_INS_PER_ADDRESS: many, TRUSTED_PROXIES: '0' }),
);

const newSecret = () => randomBytes(32).toString('base64url');
/** One try, from an address behind a trusted proxy where one is given. */
const tryPassword = (email: string, password: string, from?: string) =>
  new Browser(server).post(
    '/api/auth/callback/credentials',
    { email, password },
    from ? { 'x-forwarded-for': from } : {},
  );

describe('guessing a password', () => {
  it('S26: twenty tries at one account are stopped after the fifth, wherever they come from', async () => {
    const { email } = await makeRegistered();
    const { email: another } = await makeRegistered();
    changeSettings({ SIGN_INS_PER_ACCOUNT: '5', TRUSTED_PROXIES: '1' });
    const tries = [];
    for (let i = 0; i < 20; i++) tries.push(await tryPassword(email, `wrong kettle ${i}`, `203.0.113.${i}`));
    expect(tries.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 5 }, () => 401),
      ...Array.from({ length: 15 }, () => 429),
    ]);
    expect(Number(tries.at(-1)?.headers['retry-after'])).toBeGreaterThan(60);
    expect(tries.at(-1)?.text).toContain('error=too_fast');
    // The right one would be told no more than the wrong ones; nobody else has to wait.
    expect((await tryPassword(email, goodPassword, '198.51.100.1')).status).toBe(429);
    expect((await tryPassword(another, goodPassword, '198.51.100.1')).status).toBe(200);
  });

  it('S26: one try at each of many accounts is stopped by the address, of IPv6 by its 64 bits', async () => {
    changeSettings({ SIGN_INS_PER_ADDRESS: '20', TRUSTED_PROXIES: '1' });
    const tries = [];
    for (let i = 0; i < 30; i++)
      tries.push(await tryPassword(`nobody-${newId()}@mail.example`, 'a kettle 7', `2001:db8:1:2::${i}`));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(20);
    const refused = tries.slice(20);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 429));
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    const { email } = await makeRegistered();
    expect((await tryPassword(email, goodPassword, '2001:db8:1:3::1')).status).toBe(200);
  });

  it('S26: ten tries in one batch count as ten, and so do those over a socket', async () => {
    const { browser } = await makeSignedIn(server);
    changeSettings({ SIGN_INS_PER_ADDRESS: '3' });
    const input = { current: 'wrong kettle', password: 'umbrella tango' };
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    const batch = await browser.send(`/api/trpc/${numbers.map(() => 'user.changePassword').join()}?batch=1`, {
      body: JSON.stringify(Object.fromEntries(numbers.map((i) => [i, input]))),
    });
    const reasons = (JSON.parse(batch.text) as { error: { data: { reason: string } } }[]).map(
      ({ error }) => error.data.reason,
    );
    expect(reasons.filter((reason) => reason === 'wrong_password')).toHaveLength(3);
    expect(reasons.filter((reason) => reason === 'too_fast')).toHaveLength(7);
    expect(Number(batch.headers['retry-after'])).toBeGreaterThan(0);

    const { browser: other } = await makeSignedIn(server);
    const socket = await server.openSocket({ cookie: other.cookie });
    const messages = readSocket(socket);
    socket.send(JSON.stringify({ method: 'connectionParams', data: {} }));
    const calls = numbers.map((i) =>
      callFrame(i + 1, 'mutation', 'user.deactivate', { proof: 'wrong kettle' }),
    );
    socket.send(JSON.stringify(calls));
    await eventually(() => messages.heard.length === 10);
    const told = (reason: string) => messages.heard.filter((text) => text.includes(`"reason":"${reason}"`));
    expect(told('wrong_password')).toHaveLength(3);
    expect(told('too_fast').every((text) => /"retryAfterMs":[1-9]/.test(text))).toBe(true);
    expect(told('too_fast')).toHaveLength(7);
  });

  it('S26: links and recovery codes are guessed no faster', async () => {
    changeSettings({ SIGN_INS_PER_ADDRESS: '3', TRUSTED_PROXIES: '1' });
    const stranger = new Browser(server);
    const statuses = [];
    for (let i = 0; i < 3; i++)
      for (const [name, input] of [
        ['user.resetPassword', { token: newSecret(), password: 'umbrella tango' }],
        ['user.recover', { code: '0123456789ABCDEFGHJKMNPQRS', secret: newSecret() }],
      ] as const) {
        const { status } = await stranger.send(`/api/trpc/${name}`, {
          body: JSON.stringify(input),
          headers: { 'x-forwarded-for': '203.0.113.200' },
        });
        statuses.push(status);
      }
    expect(statuses.slice(3)).toEqual([429, 429, 429]);
    expect(statuses.slice(0, 3)).not.toContain(429);
  });
});
