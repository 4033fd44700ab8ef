import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { reserve } from '@/server/base/db';
import { env } from '@/server/base/env';

/** Outside of the database, so that it does not go back when the database does. */
const file = () => path.resolve(env().FOYER_DATA_DIR, 'log-position.json');
const kept = z.object({ cluster: z.string(), position: z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/) });

/** Notes how far the database's log has come; where there is no data directory, nothing is kept. */
export async function keepPosition(): Promise<void> {
  if (!existsSync(path.dirname(file()))) return;
  const { rows } = await reserve().query<z.infer<typeof kept>>(
    `select system_identifier::text as cluster, pg_current_wal_flush_lsn()::text as position from pg_control_system()`,
  );
  const own = `${file()}.${process.pid}`;
  await writeFile(own, JSON.stringify(rows[0]), { mode: 0o600 });
  await rename(own, file());
}

/**
 * A database whose log is behind what was noted is an older copy of it. It gets another epoch, so that
 * every client starts over instead of trusting places that mean something else now.
 * @returns whether it was
 */
export async function renewEpochIfBehind(): Promise<boolean> {
  if (!existsSync(file())) return false;
  const known = kept.safeParse(JSON.parse(await readFile(file(), 'utf8')));
  if (!known.success) return false;
  const { rowCount } = await reserve().query(
    `update instance set epoch_salt = gen_random_uuid() from pg_control_system() c
     where c.system_identifier::text = $1 and pg_wal_lsn_diff(pg_current_wal_lsn(), $2::pg_lsn) < 0`,
    [known.data.cluster, known.data.position],
  );
  return rowCount === 1;
}
