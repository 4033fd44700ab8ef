/** The product's way to write, without a socket before it: what the bare statements are comparable with. */
import { v7 as newId } from 'uuid';
import { answer } from '../core/child';
import { Histogram } from '../core/histogram';
import { nowUs } from '../core/machine';
import { newSecret } from '../core/secret';
import { verifierOf } from '@/server/auth/visitor-secret';
import { refreshEpoch } from '@/server/base/epoch';
import { sendMessage } from '@/server/domain/message/send';
import { createRoom } from '@/server/domain/room/write';
import { mintVisitor } from '@/server/domain/user/visitor';

await refreshEpoch();
const people = await Promise.all(
  Array.from({ length: 128 }, (_, i) => mintVisitor(verifierOf(newSecret()), `Bench ${i}`)),
);
const [owner] = people;
const threads: string[] = [];
for (let i = 0; owner && i < 100; i++) {
  const room = {
    id: newId(),
    name: `Writes ${newId()}`,
    topic: '',
    kind: 'public',
    visitors: 'write',
  } as const;
  threads.push((await createRoom(owner, room)).mainThreadId);
}
const text = 'x'.repeat(120);

/**
 * Posts in a closed loop, everybody in threads of their own as far as there are any. A sender's first text
 * in a thread, which makes them known there, is not measured.
 */
async function posts({ senders, seconds, over }: { senders: number; seconds: number; over: number }) {
  await Promise.all(
    people.slice(0, senders).map(async (person, i) => {
      const own = new Set(Array.from({ length: over }, (_, n) => threads[(i + n * senders) % over] ?? ''));
      for (const threadId of own) await sendMessage(person, { id: newId(), threadId, text });
    }),
  );
  const until = nowUs() + seconds * 1e6;
  const latency = Histogram.empty();
  let count = 0;
  await Promise.all(
    people.slice(0, senders).map(async (person, i) => {
      for (let n = 0; nowUs() < until; n++) {
        const began = nowUs();
        const threadId = threads[(i + n * senders) % over] ?? '';
        await sendMessage(person, { id: newId(), threadId, text });
        latency.add(nowUs() - began);
        count++;
      }
    }),
  );
  return { perSecond: count / seconds, latency: latency.toJSON() };
}

answer({ posts }, { url: '', target: '' });
