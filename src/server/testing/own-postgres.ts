import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../bin/embedded-postgres.mjs';
import { freePort } from '../../../bin/port.mjs';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');

/** Makes the database and, by the script that a container runs, the app's role; `url` becomes that role's. */
async function makeAppRole(url: URL): Promise<void> {
  const script = await readFile(path.join(root, 'deploy/postgres-roles.sh'), 'utf8');
  const sql = /<<'SQL'\n([\s\S]*?)\nSQL/.exec(script)?.[1] ?? '';
  const password = randomBytes(16).toString('hex');
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  for (const [at, text] of [
    [maintenance, 'create database foyer'],
    [url, sql.replace(":'password'", `'${password}'`)],
  ] as const) {
    const client = new pg.Client({ connectionString: at.href });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
  url.username = 'foyer_app';
  url.password = password;
}

/** A PostgreSQL of the test's own, which may be stopped, started again, and put back to a copy. */
export async function startOwnPostgres() {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'foyer-own-'));
  const port = await freePort();
  const cluster = path.join(dir, 'postgres', 'data');
  const copy = `${cluster}-copy`;
  const open = () => startEmbeddedPostgres(dir, { isTemporary: true, port });
  let server = await open();
  const owner = { DATABASE_URL: server.url, FOYER_DATA_DIR: dir };
  const app = new URL(server.url);
  await makeAppRole(app);
  return {
    /** Of the app, whose role is the one of docker-compose.yml: it owns nothing. */
    settings: { ...owner, DATABASE_URL: app.href },
    /** What every start does first, as the owner: migrations, a first room, and a look at the epoch. */
    prepare: (program = 'migrate.ts') =>
      run(process.execPath, ['--import', 'tsx', `src/server/cli/${program}`], {
        cwd: root,
        env: { ...process.env, ...owner },
      }),
    stop: () => server.stop(),
    start: async () => {
      server = await open();
    },
    /** A cold copy, and the way back to it; both while it is stopped. */
    backUp: () => run('cp', ['-a', cluster, copy]),
    restore: async () => {
      await rm(cluster, { recursive: true });
      await run('mv', [copy, cluster]);
    },
    async remove() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
