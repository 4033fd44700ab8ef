import { createHmac } from 'node:crypto';
import { pool } from '@/server/base/db';
import { once } from '@/server/base/once';

const holder = () => once('instance-key', () => ({ key: null as Buffer | null }));

/**
 * A secret of this instance, the same in all its processes, for one purpose.
 * @returns 32 bytes
 */
export async function instanceKey(purpose: string): Promise<Buffer> {
  const known = holder();
  known.key ??= await readKey();
  return createHmac('sha256', known.key).update(`foyer:${purpose}`).digest();
}

async function readKey(): Promise<Buffer> {
  const { rows } = await pool().query<{ key: Buffer }>('select key from instance');
  if (!rows[0]) throw new Error('The database has no instance row: run the migrations.');
  return rows[0].key;
}
