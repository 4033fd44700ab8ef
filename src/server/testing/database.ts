import pg from 'pg';
import { afterAll, inject } from 'vitest';

/** Gives this test file a database of its own, cloned from the migrated template. */
const template = new URL(inject('templateUrl'));
const own = new URL(template);
own.pathname = `${template.pathname}_${process.env['VITEST_WORKER_ID'] ?? ''}_${Math.random().toString(36).slice(2, 8)}`;
const maintenance = new URL(template);
maintenance.pathname = '/postgres';

async function asAdmin(sql: string) {
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

await asAdmin(`create database ${own.pathname.slice(1)} template ${template.pathname.slice(1)}`);
process.env['DATABASE_URL'] = own.href;

const { refreshEpoch } = await import('@/server/base/epoch');
const { pool, reserve } = await import('@/server/base/db');
await refreshEpoch();

afterAll(async () => {
  await Promise.all([pool().end(), reserve().end()]);
  await asAdmin(`drop database if exists ${own.pathname.slice(1)} with (force)`);
});
