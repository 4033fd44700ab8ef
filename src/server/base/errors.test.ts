import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isTransient } from '@/server/base/errors';

describe('regression: a call that met a draining process was told of a failure inside', () => {
  it('passes: the same call succeeds at another process', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    await pool.end();
    const cause: unknown = await pool.query('select 1').catch((failure: unknown) => failure);
    expect(isTransient(cause)).toBe(true);
  });
});

describe('regression: calls were told of a failure inside while no file could be opened', () => {
  it.each(['EMFILE', 'ENFILE'])('%s passes', (code) => {
    expect(isTransient(Object.assign(new Error(`connect ${code} 127.0.0.1:5432`), { code }))).toBe(true);
  });
});

describe('a failure of the program itself', () => {
  it('does not pass', () => expect(isTransient(new TypeError('x is not a function'))).toBe(false));
});
