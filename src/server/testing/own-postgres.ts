import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../../bin/embedded-postgres.mjs';
import { freePort } from '../../../bin/port.mjs';
import { appRole } from '@/server/base/app-role';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');

/** A PostgreSQL of the test's own, which may be stopped, started again, and put back to a copy. */
export async function startOwnPostgres() {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'foyer-own-'));
  const port = await freePort();
  const cluster = path.join(dir, 'postgres', 'data');
  const copy = `${cluster}-copy`;
  const open = () => startEmbeddedPostgres(dir, { isTemporary: true, port });
  let server = await open();
  const common = { FOYER_DATA_DIR: dir };
  const password = randomBytes(16).toString('hex');
  const owner = { ...common, DATABASE_URL: server.url, APP_PASSWORD: password };
  const app = Object.assign(new URL(server.url), { username: appRole, password });
  return {
    /** Of the app, whose role owns nothing, as a start and docker-compose.yml have it. */
    settings: { ...common, DATABASE_URL: app.href },
    /** What every start does first, as the owner: migrations, the app's role, a first room, a look at the epoch. */
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
