import { createHash } from 'node:crypto';
import { reserve } from '@/server/base/db';
import { once } from '@/server/base/once';

const holder = () => once('epoch', () => ({ value: null as string | null, key: null as Buffer | null }));

/**
 * Reads the database's identity: which cluster, which timeline, and the row that a restore renews.
 * A cursor of another epoch is worth nothing, so a restored backup makes every reader start again.
 * @returns whether it differs from the one this process knew
 */
export async function refreshEpoch(): Promise<boolean> {
  const { rows } = await reserve().query<{ identity: string }>(
    `select system_identifier || ':' || timeline_id || ':' || epoch_salt as identity
     from pg_control_system(), pg_control_checkpoint(), instance`,
  );
  const identity = rows[0]?.identity;
  if (!identity) throw new Error('The database has no instance row: run the migrations.');
  const value = createHash('sha256').update(identity).digest('hex').slice(0, 10);
  const before = holder().value;
  holder().value = value;
  holder().key = createHash('sha256').update(`shared key of ${identity}`).digest();
  return before !== null && before !== value;
}

/** The epoch of this process's database; `refreshEpoch` has run before anything is served. */
export function epoch(): string {
  const { value } = holder();
  if (!value) throw new Error('The epoch was not read yet.');
  return value;
}

/**
 * 32 bytes that only the processes on this database know; another after each restore. What one of them
 * signs with it, the others may believe.
 */
export function sharedKey(): Buffer {
  const { key } = holder();
  if (!key) throw new Error('The epoch was not read yet.');
  return key;
}
