import { createTRPCClient, httpLink } from '@trpc/client';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { startEmbeddedPostgres } from '../bin/embedded-postgres.mjs';
import { freePort } from '../bin/port.mjs';
import { Child } from './core/child';
import { newSecret } from './core/secret';
import type { AppRouter } from '@/server/api/root';
import { generousLimits } from '@/server/testing/generous-limits';
import type { RoomView } from '@/shared/room';

export type Store = {
  url: string;
  /** A new database, empty or with the product's tables; gives its URL. */
  database(name: string, tables?: 'product'): Promise<string>;
  stop(): Promise<void>;
};

/** One PostgreSQL for all parties, with every commit on disk, as in production. */
export async function startStore(dir: string): Promise<Store> {
  const { url, stop } = await startEmbeddedPostgres(dir);
  const urlOf = (name: string) => url.replace(/\/[^/]*$/, `/${name}`);
  async function create(name: string, from: string): Promise<string> {
    const admin = new pg.Client({ connectionString: urlOf('postgres') });
    await admin.connect();
    await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
    await admin.query(`create database ${pg.escapeIdentifier(name)} template ${from}`);
    await admin.end();
    return urlOf(name);
  }
  const template = 'bench_tables';
  let migrated: Promise<void> | undefined;
  return {
    url,
    stop,
    async database(name, tables) {
      if (tables === undefined) return create(name, 'template1');
      await (migrated ??= create(template, 'template1').then(migrate));
      return create(name, template);
    },
  };
}

/** Done once: each database with these tables is a copy. */
async function migrate(url: string): Promise<void> {
  await Child.run(['--import', 'tsx', 'src/server/cli/migrate.ts'], {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    NEXTAUTH_SECRET: newSecret(),
    LOG_LEVEL: 'warn',
  });
}

export type Foyer = {
  pid: number;
  url: string;
  wsUrl: string;
  databaseUrl: string;
  /** The environment for programs of the product on the same database. */
  env: Record<string, string>;
  /** A visitor; the secret makes sockets theirs. */
  guest(secret?: string): ReturnType<typeof createTRPCClient<AppRouter>>;
  makeRoom(secret?: string): Promise<RoomView>;
  /** How many statements it has run. */
  statements(): Promise<number>;
  stop(): Promise<void>;
};

/** Which build of the product is measured: this one, or another's bundle below this folder. */
const program = process.env['BENCH_PROGRAM'] || 'dist/main.mjs';
/** For Node, such as `--cpu-prof`. */
const nodeArgs = (process.env['BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean);

/** The production build on a database of its own. */
export async function startFoyer(store: Store, name = 'bench_foyer'): Promise<Foyer> {
  const databaseUrl = await store.database(name, 'product');
  const port = await freePort();
  const env = {
    ...generousLimits,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    NEXTAUTH_SECRET: newSecret(),
    PORT: String(port),
    LOG_LEVEL: 'warn',
  };
  const server = await Child.start(program, env, nodeArgs);
  const url = `http://127.0.0.1:${port}`;
  const guest = (secret = newSecret()) =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${url}/api/trpc`,
          headers: { 'x-foyer-visitor': secret, 'x-foyer-name': 'Bench', origin: url },
        }),
      ],
    });
  return {
    pid: server.pid,
    url,
    wsUrl: url.replace('http', 'ws'),
    databaseUrl,
    env,
    guest,
    makeRoom(secret) {
      const id = newId();
      const name = `Room ${id.slice(-8)}`;
      return guest(secret).room.create.mutate({ id, name, topic: '', kind: 'public', visitors: 'write' });
    },
    async statements() {
      const text = await (await fetch(`${url}/api/metrics`)).text();
      return Number(/^foyer_sql_seconds_count (\d+)/m.exec(text)?.[1]);
    },
    stop: () => server.stop(),
  };
}
