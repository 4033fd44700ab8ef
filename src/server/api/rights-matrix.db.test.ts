import { randomBytes } from 'node:crypto';
import { getUntypedClient } from '@trpc/client';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '@/server/api/root';
import { verifierOf } from '@/server/auth/visitor-secret';
import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { mintVisitor } from '@/server/domain/user/visitor';
import { makeSignedIn } from '@/server/testing/account';
import { makeMember, newId } from '@/server/testing/factories';
import {
  levels,
  matrix,
  ownAccount,
  roles,
  type Kind,
  type Role,
  type Stage,
  type Told,
} from '@/server/testing/rights-matrix';
import { startServer, type TestServer } from '@/server/testing/server';
import { shortIdOf } from '@/shared/short-id';

type Caller = { secret: string | null; cookie: string | null; userId: string | null };
type Type = 'query' | 'mutation' | 'subscription';
type Answer = { told: string; text: string };
type Call = (caller: Caller, name: string, type: Type, input: unknown) => Promise<Answer>;

const types = new Map(
  Object.entries(appRouter._def.procedures).map(([name, procedure]) => [
    name,
    (procedure as unknown as { _def: { type: Type } })._def.type,
  ]),
);
const newSecret = () => randomBytes(32).toString('base64url');

let server: TestServer;
const callers = new Map<Role, Caller>();
let targetId: string;

beforeAll(async () => {
  server = await startServer();
  targetId = (await makeMember('Target')).userId;
  for (const role of roles) {
    if (role === 'stranger' || role === 'expired' || role === 'revoked') continue;
    const secret = newSecret();
    const { userId } = await mintVisitor(verifierOf(secret), `The ${role}`);
    callers.set(role, { secret, cookie: null, userId });
  }
  await pool().query('update users set is_admin = true where id = $1', [callers.get('admin')?.userId]);
  const expired = await makeSignedIn(server, 'The expired');
  const claims = { sub: expired.viewer.userId, sid: newId() };
  const token = await encode({ token: claims, secret: env().secrets[0] ?? '', maxAge: -60 });
  callers.set('expired', { secret: null, cookie: `foyer.session=${token}`, userId: expired.viewer.userId });
  const revoked = await makeSignedIn(server, 'The revoked');
  callers.set('revoked', { secret: null, cookie: revoked.browser.cookie, userId: revoked.viewer.userId });
  await revoked.browser.call('user.signOutEverywhere', {});
});
afterAll(() => server.close());

const seats: [Role, string, string][] = [
  ['removed', 'member', 'removed'],
  ['banned', 'member', 'banned'],
  ['guest', 'visitor', 'active'],
  ['member', 'member', 'active'],
  ['moderator', 'moderator', 'active'],
  ['owner', 'owner', 'active'],
  // A right that stands in the database is worth nothing without a session.
  ['expired', 'member', 'active'],
  ['revoked', 'member', 'active'],
];

async function setStage(kind: Kind): Promise<Stage> {
  const id = (role: Role) => callers.get(role)?.userId ?? '';
  const [roomId, mainId, sideId] = [newId(), newId(), newId()];
  const [messageId, heldId, linkId] = [newId(), newId(), newId()];
  const linkToken = newSecret();
  const slug = `canary-${roomId.slice(-12)}`;
  const policy = kind === 'private' ? 'none' : 'write';
  await pool().query(
    `with room as (
       insert into rooms (id, slug, name, topic, kind, visitors, created_by_id) values ($1, $2, 'Canary room', 'Canary topic', $3, $4, $5)
     ), thread as (
       insert into threads (id, short_id, room_id, is_main, title, created_by_id, seq, rev, last_message_text, last_message_author_id)
       values ($6, $7, $1, true, 'Canary room', $5, 1, 1, 'Canary text', $5), ($8, $9, $1, false, 'Canary side', $5, 0, 0, null, null)
     ), message as (
       insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
       values ($10, $6, 1, 1, 'text', $5, 'Canary text', '\\x00', now())
     ), held as (
       insert into held_messages (id, thread_id, room_id, author_id, text, send_hash) values ($11, $6, $1, $12, 'Canary held', '\\x00')
     ), report as (
       insert into reports (message_id, reporter_id, room_id, reason) values ($10, $12, $1, 'spam')
     ), link as (
       insert into invite_links (id, room_id, verifier, role, created_by_id) values ($13, $1, sha256($14::bytea), 'member', $5)
     )
     insert into memberships (room_id, user_id, role, status)
     select $1, s.id, s.role::room_role, s.status::membership_status from unnest($15::uuid[], $16::text[], $17::text[]) s(id, role, status)`,
    [
      ...[roomId, slug, kind, policy, id('owner'), mainId, shortIdOf(mainId), sideId, shortIdOf(sideId)],
      ...[messageId, heldId, targetId, linkId, linkToken],
      [...seats.map(([role]) => id(role)), targetId],
      [...seats.map(([, role]) => role), 'member'],
      [...seats.map(([, , status]) => status), 'active'],
    ],
  );
  return {
    roomId,
    slug,
    mainId,
    sideId,
    messageId,
    heldId,
    linkId,
    linkToken,
    targetId,
  };
}

const headersOf = ({ secret, cookie }: Caller) => ({
  origin: server.origin,
  ...(secret && { 'x-foyer-visitor': secret }),
  ...(cookie && { cookie }),
});
const codeIn = (text: string): string => /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? 'ok';
const query = (input: unknown) =>
  input === undefined ? '' : `input=${encodeURIComponent(JSON.stringify(input))}`;

/** Reads a stream over HTTP until it has said whether it may be heard. */
const overSse: Call = async (caller, name, _, input) => {
  const ended = new AbortController();
  const response = await fetch(`${server.origin}/api/trpc/${name}?${query(input)}`, {
    headers: headersOf(caller),
    signal: ended.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  try {
    while (reader && !/serialized-error\ndata: .*\n|"type":"(head|alive)"|"error"/.test(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
  } finally {
    ended.abort();
  }
  return { told: /serialized-error|"error"/.test(text) ? codeIn(text) : 'ok', text };
};
const overHttp: Call = async (caller, name, type, input) => {
  if (type === 'subscription') return overSse(caller, name, type, input);
  const { text } = await (type === 'mutation'
    ? server.send(`/api/trpc/${name}`, { headers: headersOf(caller), body: JSON.stringify(input ?? {}) })
    : server.send(`/api/trpc/${name}?${query(input)}`, { headers: headersOf(caller) }));
  return { told: codeIn(text), text };
};
const overBatch: Call = async (caller, name, type, input) => {
  if (type === 'subscription') return overSse(caller, name, type, input);
  const { text } = await (type === 'mutation'
    ? server.send(`/api/trpc/${name}?batch=1`, {
        headers: headersOf(caller),
        body: JSON.stringify({ 0: input ?? {} }),
      })
    : server.send(`/api/trpc/${name},session.get?batch=1&${query({ 0: input })}`, {
        headers: headersOf(caller),
      }));
  const [first] = JSON.parse(text) as unknown[];
  return { told: codeIn(JSON.stringify(first)), text };
};
/** Each caller has one socket; a stranger, who becomes somebody by a write, a new one each time. */
const sockets = new Map<Caller, ReturnType<TestServer['openClient']>>();
const overSocket: Call = async (caller, name, type, input) => {
  const opened =
    sockets.get(caller) ?? server.openClient(caller.secret, caller.cookie ? { cookie: caller.cookie } : {});
  sockets.set(caller, opened);
  const client = getUntypedClient(opened.trpc);
  const told = (cause: unknown) => ({ told: codeIn(JSON.stringify(cause)), text: JSON.stringify(cause) });
  if (type !== 'subscription')
    return client[type](name, input).then((data) => ({ told: 'ok', text: JSON.stringify(data) ?? '' }), told);
  return new Promise((resolve) => {
    const stream = client.subscription(name, input, {
      onData(data) {
        resolve({ told: 'ok', text: JSON.stringify(data) });
        stream.unsubscribe();
      },
      onError: (cause) => resolve(told(cause)),
    });
  });
};

/** Without an identity a write is asked for one first; what a private room is, it does not say either. */
function expected(name: string, role: Role, kind: Kind): Told[] {
  const row = matrix[name];
  if (!row) throw new Error(`${name} has no row in rights-matrix.ts: say who may call it.`);
  const told = row.but?.[kind]?.[role] ?? levels[row.level](role, kind);
  return role === 'expired' || role === 'revoked' ? [told, 'UNAUTHORIZED'] : [told];
}

async function walk(kind: Kind, call: Call): Promise<string[]> {
  const problems: string[] = [];
  const names = [...types.keys()].filter((name) => !ownAccount.test(name));
  const check = async (name: string) => {
    const row = matrix[name];
    const type = types.get(name);
    if (!row || !type) throw new Error(`${name} has no row in rights-matrix.ts: say who may call it.`);
    let stage = await setStage(kind);
    for (const role of roles) {
      if (row.isOnce) stage = await setStage(kind);
      const caller = callers.get(role) ?? { secret: newSecret(), cookie: null, userId: null };
      const { told, text } = await call(caller, name, type, row.input?.(stage));
      const allowed = expected(name, role, kind);
      if (!allowed.some((each) => each === told))
        problems.push(`${kind} ${name} as ${role}: ${told}, not ${allowed.join(' or ')}`);
      const mayRead = name === 'room.invitation' || levels.reader(role, kind) === 'ok';
      if (!mayRead && text.includes('Canary'))
        problems.push(`${kind} ${name} as ${role} says what it must not`);
    }
  };
  for (let i = 0; i < names.length; i += 6) await Promise.all(names.slice(i, i + 6).map(check));
  return problems;
}

describe('S44 S46 S47 S50: every procedure and stream', { timeout: 240_000 }, () => {
  it('has a row in the matrix, and every row a procedure', () => {
    const names = [...types.keys()].filter((name) => !ownAccount.test(name));
    expect(Object.keys(matrix).toSorted((a, b) => a.localeCompare(b))).toEqual(
      names.toSorted((a, b) => a.localeCompare(b)),
    );
  });

  it('of a private room answers each role as its row says, over HTTP and server-sent events', async () => {
    expect(await walk('private', overHttp)).toEqual([]);
  });
  it('the same in a batch', async () => {
    expect(await walk('private', overBatch)).toEqual([]);
  });
  it('the same over a socket', async () => {
    expect(await walk('private', overSocket)).toEqual([]);
  });
  it('of an open room answers each role as its row says', async () => {
    expect(await walk('public', overHttp)).toEqual([]);
  });
});
