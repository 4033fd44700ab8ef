import { describe, expect, it } from 'vitest';
import { pool, prisma, reserve, run, statement } from '@/server/base/db';
import { makePair, say } from '@/server/testing/factories';

const anyMessage = statement<{ id: string }>('test-any', 'select id from messages where thread_id = $1');

describe('an id that is missing', () => {
  it('S72: is refused by the client that makes statements, and finds nothing where we write them', async () => {
    const { alice, room } = await makePair();
    await say(alice, room.mainThreadId);
    const missing = undefined as unknown as string;
    const { revision, instance } = prisma();
    await expect(revision.findMany({ where: { messageId: missing } })).rejects.toThrow(/undefined/);
    await expect(revision.deleteMany({ where: { messageId: missing } })).rejects.toThrow(/undefined/);
    await expect(instance.update({ where: { id: 1 }, data: { epochSalt: missing } })).rejects.toThrow(
      /undefined/,
    );
    expect(await run(anyMessage, [room.mainThreadId])).toHaveLength(1);
    expect(await run(anyMessage, [missing])).toEqual([]);
  });
});

describe('the database that comes with Foyer', () => {
  it.skipIf(process.env['TEST_DATABASE_URL'])(
    'S113: has no row and no statement in its own log',
    async () => {
      const { rows } = await pool().query<Record<string, string>>(
        `select current_setting('log_error_verbosity') as rows, current_setting('log_min_error_statement') as statements,
         current_setting('log_statement') as "all", current_setting('log_min_duration_statement') as slow`,
      );
      expect(rows).toEqual([{ rows: 'terse', statements: 'panic', all: 'none', slow: '-1' }]);
    },
  );
});

describe('a statement', () => {
  it('S107: ends after five seconds, and waits three for a lock', async () => {
    for (const one of [pool(), reserve()]) {
      const { rows } = await one.query<Record<string, string>>(
        `select current_setting('statement_timeout') as a, current_setting('lock_timeout') as b,
           current_setting('idle_in_transaction_session_timeout') as c`,
      );
      expect(rows).toEqual([{ a: '5s', b: '3s', c: '5s' }]);
    }
  });
});
