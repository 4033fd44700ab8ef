import { visitorName } from '@/client/identity';
import type { OutboxItem, Outcome } from '@/client/message/outbox-item';
import { callErrorOf, trpc } from '@/client/trpc';
import type { SendResult } from '@/shared/message';

/** An answer that takes longer is taken for lost: the call is made again, which changes nothing if it was not. */
const answerMaxMs = 15_000;

/**
 * Brings one item to the server.
 * @param signal gives the answer up
 */
export async function deliver(item: OutboxItem, signal: AbortSignal): Promise<Outcome> {
  try {
    const result = await call(item, AbortSignal.any([signal, AbortSignal.timeout(answerMaxMs)]));
    return result.state === 'sent'
      ? { type: 'done', message: result.message }
      : { type: 'held', authorId: result.authorId };
  } catch (cause) {
    const { data, message, isPassing } = callErrorOf(cause);
    if (data && !isPassing) return { type: 'refused', code: data.code, reason: message };
    return {
      type: 'passing',
      reason: message,
      retryAfterMs: data?.retryAfterMs ?? null,
      isStored: data?.code === 'TOO_MANY_REQUESTS' ? false : null,
    };
  }
}

async function call(item: OutboxItem, signal: AbortSignal): Promise<SendResult> {
  const { threadId } = item;
  const { send, edit, delete: remove, restore, react } = trpc().message;
  const options = { signal };
  const sent = (message: Extract<SendResult, { state: 'sent' }>['message']) => ({
    state: 'sent' as const,
    message,
  });
  switch (item.kind) {
    case 'send': {
      const { id, text, replyTo } = item;
      const input = { id, threadId, text, replyToId: replyTo?.id ?? null, name: visitorName() };
      return send.mutate(input, options);
    }
    case 'edit':
      return sent(await edit.mutate({ threadId, id: item.messageId, text: item.text }, options));
    case 'delete':
      return sent(await remove.mutate({ threadId, id: item.messageId }, options));
    case 'restore':
      return sent(await restore.mutate({ threadId, id: item.messageId }, options));
    case 'react': {
      const { messageId: id, emoji, isOn } = item;
      return sent(await react.mutate({ threadId, id, emoji, isOn, name: visitorName() }, options));
    }
  }
}
