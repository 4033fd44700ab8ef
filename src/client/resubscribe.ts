import { onTransport, reportFallback } from '@/client/connection';
import { reconnectDelayMs } from '@/client/lib/retry-delay';
import { callErrorOf } from '@/client/trpc';

type Handlers<Event> = {
  onData(event: Event): void;
  onError(cause: unknown): void;
  onStopped(): void;
};

/**
 * Keeps a subscription alive. tRPC's socket link restores one after a lost connection, but gives up
 * for good after an error or a normal end; this asks again, later and later, until it is closed or
 * refused.
 * @param open subscribes; called anew for each attempt, so that it can continue from its own cursor
 * @returns `close` ends it
 */
export function resubscribe<Event>(options: {
  open(handlers: Handlers<Event>): { unsubscribe(): void };
  onEvent(event: Event): void;
  onRefused(cause: unknown): void;
}): { close(): void } {
  let current: { unsubscribe(): void } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let turn = 0;

  const stop = () => {
    turn++;
    clearTimeout(timer);
    const ended = current;
    current = undefined;
    ended?.unsubscribe();
  };
  const start = () => {
    stop();
    const mine = turn;
    const again = () => {
      if (mine !== turn) return;
      stop();
      timer = setTimeout(start, reconnectDelayMs(attempt++));
    };
    current = options.open({
      onData(event) {
        if (mine !== turn) return;
        attempt = 0; // Only an event proves that it works.
        reportFallback(true);
        options.onEvent(event);
      },
      onError(cause) {
        if (mine !== turn) return;
        const { data, isPassing } = callErrorOf(cause);
        if (data && !isPassing) {
          stop();
          options.onRefused(cause);
        } else {
          reportFallback(false);
          again();
        }
      },
      onStopped: again,
    });
  };
  start();
  const stopListening = onTransport(start);
  return {
    close() {
      stopListening();
      stop();
    },
  };
}
