import pg from 'pg';
import { makeAppRole } from '@/server/base/app-role';
import { databaseProblem } from '@/server/cli/database-problem';
import { pool, reserve } from '@/server/base/db';
import { env } from '@/server/base/env';
import { refreshEpoch } from '@/server/base/epoch';
import { renewEpochIfBehind } from '@/server/base/log-position';
import { migrate, pendingMigrations } from '@/server/base/migrate';
import { ensureWelcomeRoom } from '@/server/domain/room/welcome';

const oldestVersion = 150_000;
const connectMs = 5_000;
const queryMs = 20_000;

/** Brings the database to the present schema, with a welcome room on its first start. */
async function prepareDatabase(url: string): Promise<void> {
  if (!(await isUpToDate(url))) await migrate(url);
  if (await renewEpochIfBehind())
    console.error(
      'The database is older than it was at the last stop: everybody starts over from what it holds.',
    );
  await refreshEpoch();
  await ensureWelcomeRoom();
  // Not before the log's position was compared: this writes to it.
  const password = process.env['APP_PASSWORD'];
  if (password) await asOwner(url, (client) => makeAppRole(client, password));
  await Promise.all([pool().end(), reserve().end()]);
}

async function asOwner(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Also refuses a server that is too old or read-only, before anything is written. */
async function isUpToDate(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
  });
  try {
    await client.connect();
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '3D000') return false; // `migrate` makes it
    throw cause;
  }
  try {
    const { rows } = await client.query<{
      number: number;
      name: string;
      is_standby: boolean;
      has_log: boolean;
    }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as name,
              pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as is_standby,
              to_regclass('_prisma_migrations') is not null as has_log`,
    );
    const found = rows[0];
    if (found && found.number < oldestVersion)
      throw new Sentence(`The database is PostgreSQL ${found.name}; Foyer needs 15 or newer.`);
    if (found?.is_standby)
      throw new Sentence('The database is read-only: name the primary server in DATABASE_URL.');
    return found?.has_log === true && (await pendingMigrations(client)).length === 0;
  } finally {
    await client.end();
  }
}

/** Says all that there is to say. */
class Sentence extends Error {}

async function main(): Promise<string | null> {
  let url = '';
  try {
    url = env().DATABASE_URL;
    await prepareDatabase(url);
    return null;
  } catch (cause) {
    const isOurs = cause instanceof Sentence || url === '';
    return isOurs && cause instanceof Error ? cause.message : databaseProblem(cause, url);
  }
}

const problem = await main();
if (problem) console.error(problem);
// A failed connection may leave timers behind.
process.exit(problem ? 1 : 0);
