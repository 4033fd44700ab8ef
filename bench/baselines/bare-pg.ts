/** The limit of the database: prepared statements on `pg`, with nothing around them. */
import { answer } from '../core/child';
import { Histogram } from '../core/histogram';
import { nowUs } from '../core/machine';
import { openThreads } from './schema';

const { ids: threads, post } = await openThreads(200);
const text = 'x'.repeat(120);

/** Posts in a closed loop. */
async function posts({ senders, seconds, over }: { senders: number; seconds: number; over: number }) {
  const until = nowUs() + seconds * 1e6;
  const latency = Histogram.empty();
  let count = 0;
  await Promise.all(
    Array.from({ length: senders }, async (_, i) => {
      while (nowUs() < until) {
        const began = nowUs();
        await post(threads[(i + count) % over] ?? '', text);
        latency.add(nowUs() - began);
        count++;
      }
    }),
  );
  return { perSecond: count / seconds, latency: latency.toJSON() };
}

answer({ posts }, { url: '', target: '' });
