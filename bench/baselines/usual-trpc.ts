/**
 * What tRPC's own examples do: an event emitter per process, a subscription that loops over it and begins
 * with a `createdAt` cursor, one insert and one update per post.
 */
import { EventEmitter, on } from 'node:events';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { answer } from '../core/child';
import { openStore, store } from './schema';

const { pool, threadId } = await openStore();
const { router, procedure } = initTRPC.create();
const events = new EventEmitter<{ add: [Awaited<ReturnType<typeof store>>] }>();
events.setMaxListeners(0);

const appRouter = router({
  add: procedure
    .input(z.object({ threadId: z.string(), text: z.string().min(1) }))
    .mutation(async ({ input }) => {
      const message = await store(pool, input.threadId, input.text);
      events.emit('add', message);
      return message;
    }),
  onAdd: procedure
    .input(z.object({ threadId: z.string(), lastEventId: z.string().nullish() }))
    .subscription(async function* ({ input, signal }) {
      const iterable = on(events, 'add', { signal });
      if (input.lastEventId) {
        const { rows } = await pool.query<Awaited<ReturnType<typeof store>>>(
          `select id, thread_id as "threadId", author, text, created_at as "createdAt" from messages
           where thread_id = $1 and created_at > (select created_at from messages where id = $2) order by created_at`,
          [input.threadId, input.lastEventId],
        );
        for (const message of rows) yield tracked(message.id, message);
      }
      for await (const [message] of iterable as AsyncIterable<[Awaited<ReturnType<typeof store>>]>)
        if (message.threadId === input.threadId) yield tracked(message.id, message);
    }),
});

const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
applyWSSHandler({ wss, router: appRouter });
wss.on('listening', () => {
  const address = wss.address();
  const port = typeof address === 'object' ? address?.port : 0;
  answer({ gc: () => globalThis.gc?.() }, { url: `ws://127.0.0.1:${port}`, target: threadId });
});
