import pg from 'pg';
import { readEnv } from '@/server/base/env';
import { pendingMigrations } from '@/server/base/migrate';
import { databaseProblem } from '@/server/cli/database-problem';

/** One line: fine, worth knowing, or wrong with what to do. */
type Finding = readonly ['✓' | '!' | '✗', string];

const oldestVersion = 150_000;
const connectMs = 5_000;
/** Without them, what the server has confirmed may be gone after a power cut. */
const durability = ['fsync', 'synchronous_commit', 'full_page_writes'];

async function lookAtDatabase(url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  try {
    await client.connect();
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '3D000')
      return [['!', 'The database does not exist yet: npm start makes it.']];
    return [['✗', databaseProblem(cause, url)]];
  }
  try {
    return [
      await version(client),
      ...(await settings(client)),
      await trigrams(client),
      await migrations(client),
      await connections(client),
    ];
  } finally {
    await client.end();
  }
}

async function version(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  const found = rows[0] ?? { number: 0, name: 'unknown' };
  return found.number >= oldestVersion
    ? ['✓', `The database answers: PostgreSQL ${found.name}`]
    : ['✗', `The database is PostgreSQL ${found.name}; Foyer needs 15 or newer.`];
}

async function settings(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1) order by name',
    [durability],
  );
  const off = rows.filter((row) => row.setting === 'off').map((row) => row.name);
  if (off.length === 0) return [['✓', 'What it confirms survives a power cut']];
  return off.map(
    (name) => ['✗', `${name} is off: set ${name} = on, or a power cut loses messages.`] as const,
  );
}

async function trigrams(client: pg.Client): Promise<Finding> {
  const { rowCount } = await client.query(`select from pg_available_extensions where name = 'pg_trgm'`);
  return rowCount
    ? ['✓', 'The extension pg_trgm is available']
    : [
        '✗',
        'The extension pg_trgm is missing: install the contrib package of PostgreSQL (postgresql-contrib).',
      ];
}

async function migrations(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  );
  if (!rows[0]?.exists) return ['!', 'The database is empty: npm start fills it.'];
  const pending = await pendingMigrations(client);
  return pending.length === 0
    ? ['✓', 'All migrations are applied']
    : ['!', `${pending.length} migrations are waiting: npm start applies them (${pending.join(', ')}).`];
}

async function connections(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ max: number; used: number }>(
    `select current_setting('max_connections')::int as max, count(*)::int as used from pg_stat_activity`,
  );
  const { max = 0, used = 0 } = rows[0] ?? {};
  return used < max * 0.8
    ? ['✓', `${used} of ${max} connections are in use`]
    : ['!', `${used} of ${max} connections are in use: raise max_connections, or lower DATABASE_POOL.`];
}

async function look(): Promise<Finding[]> {
  try {
    const { DATABASE_URL } = readEnv(process.env);
    return [['✓', 'The settings are valid'], ...(await lookAtDatabase(DATABASE_URL))];
  } catch (cause) {
    return [['✗', cause instanceof Error ? cause.message : String(cause)]];
  }
}

const findings = await look();
for (const [mark, line] of findings) console.log(`${mark} ${line}`);
process.exit(findings.some(([mark]) => mark === '✗') ? 1 : 0);
