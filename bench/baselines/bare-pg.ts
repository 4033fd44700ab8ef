/** The limit of the database: prepared statements on `pg`, with nothing around them. */
import { randomUUID } from 'node:crypto';
import { answer } from '../core/child';
import { Histogram } from '../core/histogram';
import { nowUs } from '../core/machine';
import { openStore } from './schema';

const { pool } = await openStore();
const threads = Array.from({ length: 200 }, () => randomUUID());
await pool.query(`insert into threads (id, title) select id, 'Bench' from unnest($1::uuid[]) id`, [threads]);

const post = (threadId: string) =>
  pool.query({
    name: 'post',
    text: `with t as (update threads set message_count = message_count + 1, last_message_at = now() where id = $2 returning id)
      insert into messages (id, thread_id, author, text) select $1, id, 'Quiet Otter', $3 from t`,
    values: [randomUUID(), threadId, 'x'.repeat(120)],
  });

/** Posts in a closed loop. */
async function posts({ senders, seconds, over }: { senders: number; seconds: number; over: number }) {
  const until = nowUs() + seconds * 1e6;
  const latency = Histogram.empty();
  let count = 0;
  await Promise.all(
    Array.from({ length: senders }, async (_, i) => {
      while (nowUs() < until) {
        const began = nowUs();
        await post(threads[(i + count) % over] ?? '');
        latency.add(nowUs() - began);
        count++;
      }
    }),
  );
  return { perSecond: count / seconds, latency: latency.toJSON() };
}

answer({ posts }, { url: '', target: '' });
