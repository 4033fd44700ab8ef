import { vi } from 'vitest';
import { pool } from '@/server/base/db';

/*
 * What things cost, in figures that are the same on any machine: statements, and pages of the database
 * that a statement touches. Times are measured by `npm run bench`.
 */

export type Asked = { name: string; text: string; values: unknown[] };

/** The statements that `work` runs on the pool. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Asked[]> {
  const spy = vi.spyOn(pool(), 'query');
  try {
    await work();
    return spy.mock.calls.map(([asked]) => asked as unknown as Asked);
  } finally {
    spy.mockRestore();
  }
}

type Plan = { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };

/** Pages of 8 KB that a statement reads, from memory or not. */
export async function blocksOf({ text, values }: Asked): Promise<number> {
  const { rows } = await pool().query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, buffers, format json) ${text}`,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (!plan) throw new Error('There is no plan.');
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}
