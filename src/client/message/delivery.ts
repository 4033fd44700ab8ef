import { onIdentity } from '@/client/identity';
import { trpc } from '@/client/trpc';
import { isSomebody } from '@/client/user/use-me';
import { deliveriesPerCallMax, deliveryMs } from '@/shared/limits';

const waiting = new Map<string, number>();
const told = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
let notBeforeMs = 0;
const togetherMs = 50;

onIdentity(() => {
  waiting.clear();
  told.clear();
});

/** This device has the thread's messages up to `seq`: the server is told, with others, once a second at most. */
export function noteDelivered(threadId: string, seq: number): void {
  if (!isSomebody() || seq <= Math.max(told.get(threadId) ?? 0, waiting.get(threadId) ?? 0)) return;
  waiting.set(threadId, seq);
  timer ??= setTimeout(flush, Math.max(togetherMs, notBeforeMs - Date.now()));
}

/** The server was told in another way: what was seen was delivered. */
export function knowDelivered(threadId: string, seq: number): void {
  told.set(threadId, Math.max(seq, told.get(threadId) ?? 0));
  if ((waiting.get(threadId) ?? Infinity) <= seq) waiting.delete(threadId);
}

function flush(): void {
  timer = undefined;
  const marks = [...waiting].slice(0, deliveriesPerCallMax).map(([threadId, seq]) => ({ threadId, seq }));
  if (marks.length === 0) return;
  for (const { threadId, seq } of marks) knowDelivered(threadId, seq);
  notBeforeMs = Date.now() + deliveryMs;
  if (waiting.size > 0) timer = setTimeout(flush, deliveryMs);
  // A word that is lost is said again by the next message, or by reading it.
  trpc()
    .thread.markDelivered.mutate({ marks })
    .catch(() => undefined);
}
