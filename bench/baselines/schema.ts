import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The tables that the usual designs keep: one row per message, and a counter on the thread. */
export async function openStore(): Promise<{ pool: pg.Pool; threadId: string }> {
  const pool = new pg.Pool({ connectionString: process.env['BENCH_DATABASE_URL'], max: 20 });
  const threadId = randomUUID();
  await pool.query(`create table if not exists threads (
    id uuid primary key, title text not null, message_count int not null default 0, last_message_at timestamptz)`);
  await pool.query(`create table if not exists messages (
    id uuid primary key, thread_id uuid not null references threads on delete cascade,
    author text not null, text text not null, created_at timestamptz not null default now())`);
  await pool.query(
    'create index if not exists messages_thread_created on messages (thread_id, created_at desc)',
  );
  await pool.query(`insert into threads (id, title) values ($1, 'Bench')`, [threadId]);
  return { pool, threadId };
}

/** One insert and one update, as such servers do; prepared, which they rarely are. */
export async function store(pool: pg.Pool, threadId: string, text: string) {
  const id = randomUUID();
  const inserted = await pool.query<{ createdAt: Date }>({
    name: 'insert',
    text: 'insert into messages (id, thread_id, author, text) values ($1, $2, $3, $4) returning created_at as "createdAt"',
    values: [id, threadId, 'Quiet Otter', text],
  });
  await pool.query({
    name: 'update',
    text: 'update threads set message_count = message_count + 1, last_message_at = now() where id = $1',
    values: [threadId],
  });
  return { id, threadId, author: 'Quiet Otter', text, createdAt: inserted.rows[0]?.createdAt };
}

/** So many threads, and the one prepared statement that writes into them: the least a store has to do. */
export async function openThreads(count: number) {
  const { pool } = await openStore();
  const ids = Array.from({ length: count }, () => randomUUID());
  await pool.query(`insert into threads (id, title) select id, 'Bench' from unnest($1::uuid[]) id`, [ids]);
  const post = (threadId: string, text: string) =>
    pool.query({
      name: 'post',
      text: `with t as (update threads set message_count = message_count + 1, last_message_at = now() where id = $2 returning id)
        insert into messages (id, thread_id, author, text) select $1, id, 'Quiet Otter', $3 from t`,
      values: [randomUUID(), threadId, text],
    });
  return { ids, post };
}
