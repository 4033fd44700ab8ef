import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pool, run, statement } from '@/server/base/db';
import { isTransient, sqlState } from '@/server/base/errors';
import { columnTypes } from '@/server/base/moment';

afterEach(() => vi.restoreAllMocks());

/** One of each type that our tables have, and nothing at all. */
const text = `select $1::int as a, 'ä "x"'::text as b, null::text as c, true as d, 2.5::float8 as e, '\\x00ff'::bytea as f,
  '2026-11-22 00:39:41.5+00'::timestamptz as g, '{"h": [1, null]}'::jsonb as h, array[1, 2] as i,
  '019e0000-0000-7000-8000-000000000000'::uuid as j, 'text'::message_kind as k, 9007199254740993::bigint as l
  from generate_series(1, 3)`;
const everything = statement<Record<string, unknown>>('test-everything', text);

type Client = pg.PoolClient & { connection: pg.Connection };
async function onOne<T>(work: (client: Client) => Promise<T>) {
  const client = await pool().connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

describe('a prepared statement', () => {
  it('gives the rows that the library gives, also when it is not described any more', () =>
    onOne(async (client) => {
      const describing = vi.spyOn(client.connection, 'describe');
      const asTheLibrary = await client.query({ text, values: [7] });
      describing.mockClear();
      for (const time of ['first', 'again', 'and again'])
        expect.soft(await run(everything, [7], client), time).toEqual(asTheLibrary.rows);
      expect(describing).toHaveBeenCalledTimes(1);
      expect(asTheLibrary.rows).toHaveLength(3);
    }));

  it('is described once on each connection', () =>
    onOne(async (one) => {
      await onOne(async (other) => {
        const describing = [one, other].map(({ connection }) => vi.spyOn(connection, 'describe'));
        const own = statement<{ a: number }>('test-own', 'select $1::int as a');
        for (const client of [one, one, other, other])
          expect(await run(own, [1], client)).toEqual([{ a: 1 }]);
        expect(describing.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
      });
    }));

  it('that fails says why, at its first run and later, and the connection goes on', () =>
    onOne(async (client) => {
      const quotient = statement<{ a: number }>('test-quotient', 'select 10 / $1::int as a');
      const misspelt = statement('test-misspelt', 'select nothing from nowhere');
      const failure = (asked: typeof misspelt, values: unknown[]) =>
        run(asked, values, client).catch((cause: unknown) => sqlState(cause));
      expect(await failure(quotient, [0])).toBe('22012');
      expect(await run(quotient, [5], client)).toEqual([{ a: 2 }]);
      expect(await failure(quotient, [0])).toBe('22012');
      expect(await failure(misspelt, [])).toBe('42P01');
      expect(await failure(misspelt, [])).toBe('42P01');
      expect(await run(quotient, [2], client)).toEqual([{ a: 5 }]);
    }));

  it('whose row cannot be read fails, and the connection goes on', () =>
    onOne(async (client) => {
      // Nothing of ours is a sum of money.
      columnTypes.setTypeParser(pg.types.builtins.MONEY, (sum) => {
        if (sum.includes('2')) throw new Error(`${sum} cannot be read.`);
        return sum;
      });
      const sums = statement<{ a: string }>(
        'test-sums',
        'select s::money as a from generate_series(1, $1::int) s',
      );
      await expect(run(sums, [3], client)).rejects.toThrow('2.00 cannot be read.');
      expect(await run(sums, [1], client)).toHaveLength(1);
    }));

  it('fails when its table has changed under it, rather than to read the one as the other', () =>
    onOne(async (client) => {
      await client.query('create temporary table changing (a int, b text)');
      await client.query(`insert into changing values (1, 'b')`);
      const all = statement('test-changing', 'select * from changing');
      expect(await run(all, [], client)).toEqual([{ a: 1, b: 'b' }]);
      await client.query('alter table changing drop column a, add column c int');
      await expect(run(all, [], client)).rejects.toThrow(/cached plan must not change result type/);
    }));

  it('whose connection is cut fails as one whose outcome nobody knows', async () => {
    const sleep = statement('test-sleep', 'select pg_sleep(4), pg_backend_pid() as pid');
    const asked = run(sleep, []).catch((cause: unknown) => cause);
    await vi.waitFor(async () => {
      const { rowCount } = await pool().query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where query like 'select pg_sleep(4)%' and state = 'active' and datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    });
    expect(isTransient(await asked)).toBe(true);
    expect(await run(everything, [1])).toHaveLength(3);
  });
});
