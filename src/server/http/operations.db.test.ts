import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { epoch } from '@/server/base/epoch';
import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { collectSpans } from '@/server/testing/collector';
import { makeMember, makeRoom, makeThread, newId, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { changesOf, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { poolWaitingMax } from '@/shared/limits';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const listPath = (threadId: string) =>
  `/api/trpc/message.list?input=${encodeURIComponent(JSON.stringify({ threadId }))}`;

describe('what balancers ask for', () => {
  it.each(['/api/health', '/api/ready', '/api/metrics'])('%s can only be read', async (path) => {
    expect((await server.send(path)).status).toBe(200);
    expect((await server.send(path, { method: 'HEAD' })).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await server.send(path, { method })).status).toBe(405);
  });

  it('S62: says no more than it must', async () => {
    expect(JSON.parse((await server.send('/api/health')).text)).toEqual({ status: 'alive' });
    expect(JSON.parse((await server.send('/api/ready')).text)).toEqual({ status: 'ready', bus: 'none' });
  });
});

describe('metrics', () => {
  afterEach(() => void Object.assign(env(), { METRICS_TOKEN: undefined, PUBLIC_URL: undefined }));

  it('S39: count what is written and how it was delivered, and name nobody', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const thread = await makeThread(alice, room.id);
    const { viewer, secret } = await makeKnownVisitor();
    const { trpc } = server.openClient(secret);
    const stream = followThread(trpc, thread.id, `${epoch()}.0`);
    await stream.started();
    await say(alice, room.mainThreadId);
    await say(alice, thread.id);
    await eventually(() => changesOf(stream).length === 1);
    await server.send(listPath(room.mainThreadId));
    const { text } = await server.send('/api/metrics');
    for (const line of [
      /^chat_messages_total\{room="public"\} [2-9]/m,
      /^threads_created_total [1-9]/m,
      /^thread_replies_total [1-9]/m,
      /^api_request_duration_seconds_count\{procedure="message\.list",code="OK"\} [1-9]/m,
      /^foyer_delivery_seconds_count [1-9]/m,
      /^foyer_sql_seconds_count [1-9]/m,
      /^foyer_sockets [1-9]/m,
      /^foyer_tails [1-9]/m,
      /^foyer_pool_waiting 0/m,
      /^foyer_bus_up 1/m,
      /^foyer_tail_repairs_total \d/m,
      /^nodejs_eventloop_lag_p99_seconds /m,
    ])
      expect(text).toMatch(line);
    for (const id of [viewer.userId, alice.userId, room.id, thread.id, secret])
      expect(text).not.toContain(id);
  });

  it('S62: are for this machine alone, or for whoever has the token', async () => {
    const ask = (headers: Record<string, string> = {}) => server.send('/api/metrics', { headers });
    expect((await ask()).status).toBe(200);
    expect((await ask({ 'x-forwarded-for': '203.0.113.7' })).status).toBe(404);
    Object.assign(env(), { PUBLIC_URL: 'https://chat.example' });
    expect((await ask()).status).toBe(404);
    Object.assign(env(), { METRICS_TOKEN: 'a token of some length' });
    expect((await ask()).status).toBe(404);
    expect((await ask({ authorization: 'Bearer another token' })).status).toBe(404);
    expect((await ask({ authorization: 'Bearer a token of some length' })).status).toBe(200);
  });
});

describe('when nothing is left of the pool', () => {
  it('a call is told at once to come again, the process stays ready, and all goes on afterwards', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const taken = await Promise.all(Array.from({ length: env().DATABASE_POOL }, () => pool().connect()));
    const waiting: Promise<unknown>[] = [];
    const fill = () => {
      while (pool().waitingCount < poolWaitingMax)
        waiting.push(
          pool()
            .query('select 1')
            .catch(() => undefined),
        );
    };
    // Those who wait give up after 2 s: on a busy machine, before this call comes.
    const ask = async () => {
      fill();
      return server.send(listPath(room.mainThreadId));
    };
    let answer = await ask();
    for (let turn = 0; !answer.text.includes('"busy"') && turn < 20; turn++) answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { data: { code: 'SERVICE_UNAVAILABLE', reason: 'busy', retryAfterMs: 1_000 } },
    });
    expect((await server.send('/api/ready')).status).toBe(200);
    for (const client of taken) client.release();
    await Promise.all(waiting);
    expect((await server.send(listPath(room.mainThreadId))).status).toBe(200);
  });
});

describe('spans', () => {
  it('tell what was done over HTTP, socket and SQL to a collector, and not with which words', async () => {
    const end = await collectSpans();
    const room = await makeRoom(await makeMember());
    const { secret } = await makeKnownVisitor();
    const client = server.openClient(secret);
    const text = 'Words that stay here';
    await client.trpc.message.send.mutate({ id: newId(), threadId: room.mainThreadId, text });
    await server.send(listPath(room.mainThreadId));
    const sockets = server.sockets.size;
    await client.close();
    await eventually(() => server.sockets.size < sockets);
    const sent = await end();
    for (const name of ['trpc message.send', 'sql post-plain', 'http GET', 'socket', 'trpc message.list'])
      expect(sent).toContain(`"name":"${name}"`);
    for (const secretText of [text, secret, room.mainThreadId]) expect(sent).not.toContain(secretText);
  });
});
