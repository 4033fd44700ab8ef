import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '@/generated/prisma/client';
import { env } from '@/server/base/env';
import { busy } from '@/server/base/errors';
import { metrics } from '@/server/base/metrics';
import { columnTypes } from '@/server/base/moment';
import { once } from '@/server/base/once';
import { PreparedQuery } from '@/server/base/prepared-query';
import { slowStatements } from '@/server/base/slow-statements';
import { inSpan } from '@/server/base/tracing';
import { poolWaitingMax } from '@/shared/limits';

/** Time-outs of every connection, milliseconds: nothing may hold a lock or a person's call for longer. */
const sessionSettings = [
  'statement_timeout=5000',
  'lock_timeout=3000',
  'idle_in_transaction_session_timeout=5000',
  'TimeZone=UTC',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** @param options connection URL, size, and whether long statements (imports, migrations) are allowed */
export function makePool(options: { url: string; max: number; isPatient?: boolean }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
    types: columnTypes,
    ...(!options.isPatient && { options: sessionSettings, query_timeout: 8_000 }),
  });
  // A connection that dies while idle is replaced by the pool; without a listener it ends the process.
  pool.on('error', () => {});
  return pool;
}

/** The one pool of this process; Prisma uses the same. */
export const pool = (): pg.Pool =>
  once('pool', () => makePool({ url: env().DATABASE_URL, max: env().DATABASE_POOL }));

/** Two connections that people's calls cannot take: for the sweep, and for what asks how we are. */
export const reserve = (): pg.Pool =>
  once('reserve-pool', () => makePool({ url: env().DATABASE_URL, max: 2 }));

export const prisma = (): PrismaClient =>
  once('prisma', () => new PrismaClient({ adapter: new PrismaPg(pool()) }));

/** A prepared statement; one without a name is planned for its values at each call. */
export type Statement<Row> = { name: string | undefined; text: string; row?: Row };
/** A named prepared statement. The row type is the caller's promise about its columns. */
export const statement = <Row>(name: string, text: string): Statement<Row> => ({ name, text });

/** Columns as `select` wants them, by the names that rows give them. */
export const columnsOf = (sqlByName: Record<string, string>): string =>
  Object.entries(sqlByName)
    .map(([name, sql]) => `${sql} as "${name}"`)
    .join(', ');

/**
 * When so many wait already, one more would only be late: it hears at once that it should come again.
 * @throws {AppError} SERVICE_UNAVAILABLE
 */
function refuseWhenFull(): void {
  if (pool().waitingCount < poolWaitingMax) return;
  metrics().unavailable.inc();
  throw busy();
}

/**
 * Runs a prepared statement on the pool, or on the given connection.
 * @throws {AppError} SERVICE_UNAVAILABLE when too many wait for a connection
 */
export async function run<Row>(
  { name, text }: Statement<Row>,
  values: unknown[],
  on: pg.Pool | pg.PoolClient = pool(),
): Promise<Row[]> {
  // A connection that the caller holds already takes nobody's place.
  if (on === pool()) refuseWhenFull();
  const since = performance.now();
  try {
    return await inSpan(`sql ${name ?? 'search'}`, { 'db.system.name': 'postgresql' }, async () =>
      name === undefined
        ? (await on.query<Row & pg.QueryResultRow>({ text, values })).rows
        : new PreparedQuery<Row>(name, text, values).runOn(on),
    );
  } finally {
    const tookMs = performance.now() - since;
    metrics().statements.observe(tookMs / 1000);
    slowStatements().note(name ?? 'search', tookMs);
  }
}

/** Runs `work` in a transaction on one connection. */
export async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  refuseWhenFull();
  const client = await pool().connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (cause) {
    // A connection whose rollback fails is of no use to the next caller.
    await client.query('rollback').then(
      () => client.release(),
      (failure: unknown) => client.release(failure instanceof Error ? failure : true),
    );
    throw cause;
  }
}
