import { offlineRetryMs, reconnectBaseMs, reconnectMaxMs } from '@/shared/limits';

/** Full jitter, so that a thousand clients that were cut together do not come back together. */
export const reconnectDelayMs = (attempt: number): number =>
  Math.random() * Math.min(reconnectMaxMs, reconnectBaseMs * 2 ** Math.min(attempt, 10));

let failuresOffline = 0;
/**
 * How long the socket waits before it tries again. What fails without a network says nothing of the server:
 * whoever is back online gets through within seconds, however long they were away.
 */
export function socketRetryMs(attempt: number): number {
  if (attempt === 0) failuresOffline = 0;
  if (navigator.onLine) return reconnectDelayMs(attempt - failuresOffline);
  failuresOffline = attempt + 1;
  return offlineRetryMs;
}
