import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Row } from '../core/result';
import type { Scenario } from '../scenario';
import { seed } from '@/server/cli/seed';

const messages = 20_000;
const perInsert = 1_000;

/** Demo content as `npm run seed` writes it, through the import, beside inserts of a thousand rows. */
export const seeding: Scenario = {
  about: '20,000 messages by the seed, beside plain inserts',
  async run({ store, isQuick, say }) {
    const ours: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < (isQuick ? 1 : 3); round++) {
      say(`round ${round + 1}`);
      const url = await store.database('bench_seed', 'product');
      // What writes runs in this process; the database has the same address in each round.
      process.env['DATABASE_URL'] = url;
      const pool = new pg.Pool({ connectionString: url, max: 4 });
      try {
        ours.push(await secondsOf(() => seed(pool, { messages })));
        plain.push(await insertPlain(pool));
      } finally {
        await pool.end();
      }
    }
    return [
      {
        id: 'Q3',
        what: 'seed of 20,000 messages',
        unit: 's',
        subject: 'foyer',
        rounds: ours,
        versus: { name: 'plain inserts', rounds: plain },
        target: { atMost: 2 },
      },
    ] satisfies Row[];
  },
};

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

/** The same count into the same table, a thousand rows per statement, with nothing asked. */
async function insertPlain(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ id: string; author: string }>(
    `select id, (select id from users limit 1) as author from threads order by seq limit 1`,
  );
  const [thread] = rows;
  return secondsOf(async () => {
    for (let at = 0; at < messages; at += perInsert)
      await pool.query({
        name: 'plain',
        text: `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
          select u.id, $1, $4::int + u.n, $4::int + u.n, 'text', $2, u.text, '\\x00', now()
          from unnest($3::uuid[], $5::text[]) with ordinality as u (id, text, n)`,
        values: [
          thread?.id,
          thread?.author,
          Array.from({ length: perInsert }, randomUUID),
          1_000_000 + at,
          Array.from({ length: perInsert }, (_, i) => `Line ${at + i} of a talk that nobody had.`),
        ],
      });
  });
}
