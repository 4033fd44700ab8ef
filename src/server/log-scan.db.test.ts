import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { makeLog } from '@/server/base/log';
import { once } from '@/server/base/once';
import { makeAdminLink, makeResetLink } from '@/server/domain/user/one-time-link';
import { Browser, makeSignedIn } from '@/server/testing/account';
import { newId } from '@/server/testing/factories';
import {
  callFrame,
  changeSettings,
  helloFrame,
  readSocket,
  startServer,
  type TestServer,
} from '@/server/testing/server';
import type { RoomView } from '@/shared/room';

const lines: string[] = [];
/** The bodies and headers of whatever was refused. */
const refusals: string[] = [];
let server: TestServer;
beforeAll(async () => {
  // Before anybody else asks for it: all that is logged at any level comes here.
  once('log', () => makeLog('debug', { write: (line: string) => void lines.push(line) }));
  server = await startServer({ METRICS_TOKEN: '' });
});
afterAll(() => server.close());

const newSecret = () => randomBytes(32).toString('base64url');
const mark = newSecret().slice(0, 16);
const secrets = {
  visitor: newSecret(),
  moved: newSecret(),
  malformed: `${newSecret()}${mark}`,
  password: `canary kettle ${mark}`,
  newPassword: `umbrella canary ${mark}`,
  wrongPassword: `wrong canary ${mark}`,
  email: `canary.${mark.toLowerCase().replace(/[^a-z0-9]/g, 'x')}@mail.example`,
  text: `Canary words ${mark}`,
  draft: `Canary draft ${mark}`,
  invitation: newSecret(),
  /** Filled in when they are made. */
  recovery: '',
  reset: '',
  admin: '',
  session: '',
};

/** A browser whose refusals are kept, so that they can be looked through. */
class WatchedBrowser extends Browser {
  override async send(...[path, options]: Parameters<Browser['send']>) {
    const answer = await super.send(path, options);
    if (answer.status >= 400) refusals.push(JSON.stringify([answer.headers, answer.text]));
    return answer;
  }
}

/** What the server itself gets wrong: for its time, the database refuses a row and shows it in its error. */
async function whileRefusing(table: string, column: string, work: () => Promise<unknown>): Promise<void> {
  await pool().query(`alter table ${table} add constraint refused check (${column} = '') not valid`);
  try {
    await work();
  } finally {
    await pool().query(`alter table ${table} drop constraint refused`);
  }
}

async function walkAsVisitor(): Promise<RoomView> {
  const browser = new WatchedBrowser(server, secrets.visitor);
  const room = (
    await browser.call('room.create', {
      ...{ id: newId(), name: 'A room', topic: '', kind: 'public', visitors: 'write' },
    })
  ).data as RoomView;
  const threadId = room.mainThreadId;
  const send = () => browser.call('message.send', { id: newId(), threadId, text: secrets.text });
  expect((await send()).status).toBe(200);
  expect((await browser.call('thread.saveDraft', { threadId, text: secrets.draft })).status).toBe(200);
  await whileRefusing('messages', 'text', async () => expect((await send()).status).toBe(500));
  await whileRefusing('drafts', 'text', async () =>
    expect((await browser.call('thread.saveDraft', { threadId, text: `${secrets.draft}.` })).status).toBe(
      500,
    ),
  );
  const link = { id: newId(), roomId: room.id, token: secrets.invitation, role: 'member' };
  const made = await browser.call('room.createLink', { ...link, hours: 1, usesMax: 1, hidesHistory: false });
  expect(made.status).toBe(200);
  const guest = new WatchedBrowser(server, newSecret());
  expect((await guest.call('room.join', { token: secrets.invitation })).status).toBe(200);
  const late = new WatchedBrowser(server, newSecret());
  expect((await late.call('room.join', { token: secrets.invitation })).status).toBe(403);
  secrets.recovery = ((await browser.call('user.recoveryCode', {})).data as { code: string }).code;
  const other = new WatchedBrowser(server);
  const moved = { code: secrets.recovery, secret: secrets.moved };
  expect((await other.call('user.recover', moved)).status).toBe(200);
  // The old secret is nobody's now, and says so.
  expect((await browser.call('user.me')).status).toBe(401);
  return room;
}

async function walkOverSocket(threadId: string): Promise<void> {
  const socket = await server.openSocket();
  const messages = readSocket(socket);
  socket.send(helloFrame(secrets.moved));
  const call = (id: number, path: string, input: object) =>
    socket.send(JSON.stringify(callFrame(id, 'mutation', path, input)));
  call(1, 'message.send', { id: newId(), threadId, text: secrets.text });
  await messages.next(/"id":1,"result"/);
  await whileRefusing('messages', 'text', async () => {
    call(2, 'message.send', { id: newId(), threadId, text: secrets.text });
    refusals.push(await messages.next(/"id":2,"error"/));
  });
  socket.send(`{"broken": "${secrets.text}", ${secrets.moved}`);
  refusals.push(await messages.next(/"id":null,"error"/));
  const wrong = await server.openSocket();
  const told = readSocket(wrong);
  wrong.send(helloFrame(secrets.malformed));
  refusals.push(await told.next(/"error"/));
  const evil = await server.raw(
    `GET /api/trpc HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nCookie: foyer.session=${secrets.session}\r\n\r\n`,
  );
  refusals.push(evil.text);
}

async function walkAsAccount(): Promise<void> {
  const browser = new WatchedBrowser(server, secrets.moved);
  const { email, password } = secrets;
  const register = { email, password, name: 'Ann', keepVisitor: true };
  await whileRefusing('users', 'email', async () =>
    expect((await browser.call('user.register', register)).status).toBe(500),
  );
  expect((await browser.call('user.register', register)).status).toBe(200);
  expect(await browser.signIn(email, secrets.wrongPassword)).toBe('CredentialsSignin');
  expect(await browser.signIn(email, password)).toBeNull();
  secrets.session = browser.session ?? '';
  const change = { current: secrets.wrongPassword, password: secrets.newPassword };
  expect((await browser.call('user.changePassword', change)).status).toBe(403);
  expect((await browser.call('user.changePassword', { ...change, current: password })).status).toBe(200);
  secrets.reset = (await makeResetLink(email)) ?? '';
  const reset = { token: secrets.reset, password };
  const forgetful = new WatchedBrowser(server);
  expect((await forgetful.call('user.resetPassword', { ...reset, password: 'short' })).status).toBe(400);
  expect((await forgetful.call('user.resetPassword', reset)).status).toBe(200);
  expect((await forgetful.call('user.resetPassword', reset)).status).toBe(404);
  expect(await browser.signIn(email, password)).toBeNull();
  secrets.admin = (await makeAdminLink()) ?? '';
  expect((await browser.call('user.becomeAdmin', { token: secrets.admin })).status).toBe(200);
  expect((await browser.send('/api/export')).status).toBe(200);
  changeSettings({ SIGN_INS_PER_ACCOUNT: '1' });
  const again = new WatchedBrowser(server);
  await again.signIn(email, secrets.wrongPassword);
  expect(await again.signIn(email, password)).toBe('too_fast');
  changeSettings({ SIGN_INS_PER_ACCOUNT: '100000' });
}

/** Secrets where they do not belong. */
async function walkAstray(): Promise<void> {
  const cookie = `foyer.session=${secrets.session}`;
  for (const [path, options] of [
    ['/api/trpc/session.get', { headers: { 'x-foyer-visitor': secrets.malformed } }],
    ['/api/trpc/user.update', { body: `{"name": ${secrets.password}`, headers: { cookie } }],
    ['/api/trpc/user.update', { body: '{}', headers: { origin: 'https://evil.example', cookie } }],
    [`/api/trpc/room.get?input=%7B"slug":"${secrets.recovery}"%7D`, { headers: { cookie } }],
    ['/api/trpc/no.such', { headers: { authorization: `Bearer ${secrets.admin}`, cookie } }],
    ['/api/auth/callback/credentials', { body: 'x', headers: { cookie, 'content-type': 'text/plain' } }],
  ] as const) {
    const answer = await new WatchedBrowser(server).send(path, options);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  }
}

it('S39 S113: no secret that went through all of it stands in the log, in metrics or in a refusal', async () => {
  const room = await walkAsVisitor();
  await walkOverSocket(room.mainThreadId);
  await walkAsAccount();
  await walkAstray();
  await (await makeSignedIn(server)).browser.signOut();
  const metrics = await server.send('/api/metrics');
  expect(metrics.status).toBe(200);
  const log = lines.join('');
  // What was to be looked through is there: failures of the server, and what people did.
  expect(log.match(/"code":"23514"/g)?.length).toBe(4);
  for (const event of ['registered', 'sign_in_failed', 'sign_in_limited', 'password_reset', 'foreign_origin'])
    expect(log).toContain(`"security":"${event}"`);
  expect(refusals.length).toBeGreaterThan(15);
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(15);
    for (const [where, text] of Object.entries({ log, metrics: metrics.text, refusals: refusals.join('\n') }))
      expect([name, where, text.includes(secret)]).toEqual([name, where, false]);
  }
  // Parts of them, and addresses in clear, are not there either.
  expect(log).not.toContain(mark);
  expect(log).not.toMatch(/\b127\.0\.0\.1\b|mail\.example/);
});
