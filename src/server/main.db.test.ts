import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { makeMember, makeRoom, newId, storedLog } from '@/server/testing/factories';
import { startProcess } from '@/server/testing/process';
import { eventually } from '@/server/testing/server';

/** A process takes its time on a busy machine. */
const longMs = 120_000;
const opened: { kill(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.kill()));

async function start(settings: Record<string, string>) {
  const one = await startProcess(settings);
  opened.push(one);
  return one;
}

describe('a start in production', () => {
  it.each([
    ['without a secret', { NEXTAUTH_SECRET: '' }, 'NEXTAUTH_SECRET'],
    ['with one that everybody knows', { NEXTAUTH_SECRET: 'changeme' }, 'NEXTAUTH_SECRET'],
    [
      'on every interface without its address',
      { NEXTAUTH_SECRET: randomBytes(32).toString('base64url'), HOST: '0.0.0.0' },
      'PUBLIC_URL',
    ],
  ])(
    'S19: %s is refused in one sentence, and opens no port',
    async (_, settings, name) => {
      const { told, ended } = await start({ ...settings, NODE_ENV: 'production', LOG_LEVEL: 'info' });
      expect(await ended).toBe(1);
      expect(told.err).toContain(name);
      expect(
        told.err
          .trim()
          .split('\n')
          .filter((line) => !/Warning|trace-warnings/.test(line)),
      ).toHaveLength(1);
      expect(told.out).not.toContain('listening');
    },
    longMs,
  );
});

describe('a fault that nothing catches', () => {
  it(
    'S112: is logged, ends the process in good order with 1, and loses nothing that it had begun',
    async () => {
      const room = await makeRoom(await makeMember());
      const { port, told, ended, fail } = await start({
        ...{ LOG_LEVEL: 'info', DRAIN_NOTICE_MS: '0' },
        DATABASE_URL: process.env['DATABASE_URL'] ?? '',
      });
      await eventually(() => told.isReady, longMs);
      const visitor = randomBytes(32).toString('base64url');
      const send = () =>
        fetch(`http://127.0.0.1:${port}/api/trpc/message.send`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-foyer-visitor': visitor },
          body: JSON.stringify({ id: newId(), threadId: room.mainThreadId, text: 'Hello' }),
        });
      expect((await send()).status).toBe(200);
      // The second one is under way, and stands before a lock, when it happens.
      const client = await pool().connect();
      await client.query('begin');
      await client.query('select 1 from threads where id = $1 for update', [room.mainThreadId]);
      const answer = send();
      await eventuallyTrue(async () => {
        const { rows } = await pool().query<{ waits: boolean }>(
          `select exists (select from pg_stat_activity where datname = current_database()
             and wait_event_type = 'Lock') as waits`,
        );
        return rows[0]?.waits ?? false;
      });
      fail();
      await eventually(() => told.out.includes('"stopping"'), longMs);
      await client.query('commit').finally(() => client.release(true));
      // Written and told so; or, where the lock was held for too long, neither.
      const { status } = await answer;
      expect([200, 503]).toContain(status);
      expect(await ended).toBe(1);
      const fatal = told.out.split('\n').find((line) => line.includes('an error that nobody handled'));
      expect(JSON.parse(fatal ?? '{}')).toMatchObject({
        level: 60,
        err: { message: 'A promise that nobody waits for.' },
      });
      expect(await storedLog(room.mainThreadId)).toHaveLength(status === 200 ? 2 : 1);
    },
    longMs,
  );
});

async function eventuallyTrue(look: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 30_000; !(await look());)
    if (Date.now() > until) throw new Error('It did not come to that.');
}
