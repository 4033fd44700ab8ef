import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const folder = path.join(process.cwd(), 'prisma');
/** Any constant: whoever holds this advisory lock migrates, the others wait. */
const migrationLock = 7_319_402;

type Engine = {
  applyMigrations(input: unknown): Promise<{ appliedMigrationNames: string[] }>;
  free(): void;
};

/**
 * Applies `prisma/migrations` with Prisma's engine in WebAssembly; makes the database when it is
 * missing. Several processes may do this at once: one applies, the others wait.
 * @returns the names of the migrations that were applied now
 */
export async function migrate(url: string): Promise<string[]> {
  const client = await connectOrCreate(url);
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    const migrationsList = await readMigrations();
    const { appliedMigrationNames } = await withEngine(url, (engine) =>
      engine.applyMigrations({ migrationsList, filters: { externalTables: [], externalEnums: [] } }),
    );
    return appliedMigrationNames;
  } finally {
    await client.end(); // and with the connection goes the lock
  }
}

/** Names of the migrations in the folder that the database has not finished, oldest first. */
export async function pendingMigrations(on: pg.Pool | pg.Client): Promise<string[]> {
  const { rows } = await on.query<{ migration_name: string }>(
    'select migration_name from _prisma_migrations where finished_at is not null',
  );
  const done = new Set(rows.map((row) => row.migration_name));
  return (await migrationNames()).filter((name) => !done.has(name));
}

async function connectOrCreate(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return client;
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) || cause.code !== '3D000') throw cause;
  }
  const maintenance = new URL(url);
  const name = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 5_000 });
  await admin.connect();
  try {
    await admin.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (cause) {
    // 42P04, 23505: another process made it in the meantime.
    if (!(cause instanceof pg.DatabaseError) || !['42P04', '23505'].includes(cause.code ?? '')) throw cause;
  } finally {
    await admin.end();
  }
  const again = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await again.connect();
  return again;
}

async function withEngine<T>(url: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const require = createRequire(import.meta.url);
  const home = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
  const bindings = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as {
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
    SchemaEngine: { new: (options: object, log: () => void, adapter: object) => Promise<Engine> };
  };
  const { instance } = await WebAssembly.instantiate(
    await readFile(path.join(home, 'schema_engine_bg.wasm')),
    {
      './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
    },
  );
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma's schema engine failed: ${message}`);
      },
    },
  });
  const schema = await readFile(path.join(folder, 'schema.prisma'), 'utf8');
  const connections = new pg.Pool({ connectionString: url, max: 2 });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(connections));
    const engine = await bindings.SchemaEngine.new(
      { datamodels: [['schema.prisma', schema]] },
      () => {},
      adapter,
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await connections.end();
  }
}

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(path.join(folder, 'migrations'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function readMigrations() {
  const dir = path.join(folder, 'migrations');
  const migrationDirectories = await Promise.all(
    (await migrationNames()).map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: await readFile(path.join(dir, name, 'migration.sql'), 'utf8') },
      },
    })),
  );
  return {
    baseDir: dir,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(dir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}
