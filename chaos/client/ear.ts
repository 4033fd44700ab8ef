/**
 * Stands in the tab's bundle where the product's client asks for its transport, and hears what thread
 * streams say. Everything goes on to the real one.
 */
import { callErrorOf, streams as realStreams, trpc } from '@/client/trpc';
import type { ThreadEvent } from '@/shared/event';

export * from '@/client/trpc';

type Streams = ReturnType<typeof realStreams>;
type Input = { threadId: string; lastEventId?: string | null | undefined };
type Handlers = {
  onData?(value: { id: string; data: ThreadEvent }): void;
  onError?(cause: unknown): void;
  onStopped?(): void;
};

export type Ear = {
  onOpen(threadId: string): void;
  /** @param pass gives the event to the client */
  onEvent(threadId: string, event: ThreadEvent, pass: () => void): void;
  /** @param code null when no answer came at all */
  onEnd(threadId: string, code: string | null): void;
};
let ear: Ear | undefined;
export const listen = (one: Ear): void => void (ear = one);

export { trpc };

export function streams(): Streams {
  const real = realStreams();
  const subscribe = (input: Input, handlers: Handlers) => {
    ear?.onOpen(input.threadId);
    return real.thread.onEvent.subscribe(input, {
      ...handlers,
      onData(value) {
        const pass = () => handlers.onData?.(value);
        if (ear) ear.onEvent(input.threadId, value.data, pass);
        else pass();
      },
      onError(cause) {
        ear?.onEnd(input.threadId, callErrorOf(cause).data?.code ?? null);
        handlers.onError?.(cause);
      },
      onStopped() {
        ear?.onEnd(input.threadId, 'stopped');
        handlers.onStopped?.();
      },
    });
  };
  return { thread: { onEvent: { subscribe } }, inbox: real.inbox } as unknown as Streams;
}
