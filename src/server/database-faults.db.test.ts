import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/server/testing/factories';
import { startInstances, type TestInstances } from '@/server/testing/instances';
import { startOwnPostgres } from '@/server/testing/own-postgres';
import { eventually, pause } from '@/server/testing/server';
import { changesOf, followThread } from '@/server/testing/synced';

/** Starting and stopping databases takes long on a busy machine. */
const longMs = 240_000;
type Client = ReturnType<TestInstances['openClient']>;
const newSecret = () => randomBytes(32).toString('base64url');

let database: Awaited<ReturnType<typeof startOwnPostgres>>;
let all: TestInstances;
let threadId: string;
beforeAll(async () => {
  database = await startOwnPostgres();
  await database.prepare();
  all = await startInstances(1, { ...database.settings, DRAIN_NOTICE_MS: '0' });
  threadId = (await all.httpClient(newSecret()).room.get.query({ slug: 'welcome' })).mainThreadId;
}, longMs);
afterAll(async () => {
  await all.close();
  await database.remove();
}, longMs);

/**
 * Sends until it is acknowledged, as a browser's outbox does.
 * @param refused takes the codes that it was refused with on the way
 */
async function sendPatiently(trpc: Client, id: string, refused: string[] = []): Promise<void> {
  for (;;) {
    try {
      await trpc.message.send.mutate({ id, threadId, text: `Message ${id}` });
      return;
    } catch (cause) {
      refused.push((cause as { data?: { code?: string } }).data?.code ?? String(cause));
      await pause(100);
    }
  }
}

/** Every message from the first on, as a fresh reader gets them. */
async function readAll(trpc: Client): Promise<string[]> {
  const { messages } = await trpc.message.list.query({
    threadId,
    cursor: 0,
    direction: 'forward',
    limit: 100,
  });
  return messages.map((message) => message.id);
}

describe('the role of a server', () => {
  it.each([
    ['S116: drop a table', 'drop table messages'],
    ['S116: empty one', 'truncate messages'],
    ['S116: change one', 'alter table messages add column more text'],
    ['S116: make a role', 'create role another'],
    ['S116: run a program', `copy (select 1) to program 'true'`],
    ['S116: read a file', `select pg_read_file('/etc/passwd')`],
    ['S116: change which migrations it has', 'delete from _prisma_migrations'],
    ['S116: become another role', 'set role foyer'],
  ])('cannot %s', async (_, sql) => {
    const client = new pg.Client({ connectionString: database.settings.DATABASE_URL });
    await client.connect();
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});

describe('a database that is restarted under a running process', () => {
  it(
    'costs a wait, and no message that was acknowledged, no stream, no restart',
    async () => {
      const [reader, writer] = [all.openClient(newSecret()), all.httpClient(newSecret())];
      const stream = followThread(reader, threadId);
      await stream.started();
      const pid = all.instances[0]?.pid;
      const ids: string[] = [];
      const refused: string[] = [];
      let isOver = false;
      const sending = (async () => {
        while (!isOver) {
          const id = newId();
          await sendPatiently(writer, id, refused);
          ids.push(id);
          await pause(30);
        }
      })();
      await eventually(() => ids.length >= 3);
      await database.stop();
      await eventually(() => refused.length > 0, 60_000);
      await database.start();
      const soFar = ids.length;
      await eventually(() => ids.length >= soFar + 3, 60_000);
      isOver = true;
      await sending;
      expect(new Set(refused)).toEqual(new Set(['SERVICE_UNAVAILABLE']));
      await eventually(() => changesOf(stream).length >= ids.length, 60_000);
      expect(changesOf(stream).map((change) => change.id)).toEqual(ids);
      expect((await readAll(reader)).slice(-ids.length)).toEqual(ids);
      expect([all.instances[0]?.pid, stream.refused]).toEqual([pid, undefined]);
      stream.close();
    },
    longMs,
  );
});

describe('a database that is put back to a backup', () => {
  it(
    'S121: makes every reader start over, who then sees what it holds',
    async () => {
      const trpc = all.openClient(newSecret());
      const before = newId();
      await sendPatiently(trpc, before);
      // The backup: a cold copy.
      await database.stop();
      await database.backUp();
      await database.start();
      const lost = newId();
      await sendPatiently(trpc, lost);
      const stream = followThread(trpc, threadId);
      await stream.started();
      const seen = newId();
      await sendPatiently(trpc, seen);
      await eventually(() => changesOf(stream).some((change) => change.id === seen));
      // The drill: stop, put the copy in place, start.
      const [instance] = all.instances;
      instance?.kill('SIGTERM');
      expect(await instance?.ended).toBe(0);
      await database.stop();
      await database.restore();
      await database.start();
      expect((await database.prepare()).stderr).toContain('older than it was');
      await all.startAgain(0);
      await eventually(() => stream.events.at(-1)?.type === 'reset', 60_000);
      const held = await readAll(trpc);
      expect([held.includes(before), held.includes(lost), held.includes(seen)]).toEqual([true, false, false]);
      // What is written now takes the places that the lost ones had.
      const after = newId();
      await sendPatiently(trpc, after);
      expect((await readAll(trpc)).at(-1)).toBe(after);
      // A database filled from a dump looks like any other: there the operator says so.
      const cursor = async () => (await trpc.message.list.query({ threadId, limit: 1 })).head.cursor;
      const epochBefore = (await cursor()).split('.')[0];
      await database.prepare('restored.ts');
      await eventuallyNot(cursor, epochBefore);
      stream.close();
    },
    longMs,
  );
});

/** Until the cursor is of another epoch. */
async function eventuallyNot(cursor: () => Promise<string>, epoch: string | undefined): Promise<void> {
  for (const until = Date.now() + 60_000; (await cursor()).split('.')[0] === epoch;) {
    if (Date.now() > until) throw new Error('The epoch stayed the same.');
    await pause(200);
  }
}
