import { createWSClient, type TRPCWebSocketClient } from '@trpc/client';
import { visitorSecret } from '@/client/identity';
import { abandonSockets, EagerSocket, probeSockets } from '@/client/lib/eager-socket';
import { clientPingMs, clientPongMs, reconnectBaseMs, reconnectMaxMs } from '@/shared/limits';

/** How this page stands with the server. `live` means that the socket is open. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline';

/** Full jitter, so that a thousand clients that were cut together do not come back together. */
export const reconnectDelayMs = (attempt: number): number =>
  Math.random() * Math.min(reconnectMaxMs, reconnectBaseMs * 2 ** Math.min(attempt, 10));

let state: ConnectionState = 'connecting';
let wasLive = false;
const listeners = new Set<() => void>();

function setState(next: ConnectionState): void {
  if (next === 'live') wasLive = true;
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

export const connectionState = (): ConnectionState => state;
export function onConnectionState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const down = (): ConnectionState =>
  navigator.onLine ? (wasLive ? 'reconnecting' : 'connecting') : 'offline';

/** The page's one socket: it says who is there in its first message, and comes back by itself. */
export function openConnection(): TRPCWebSocketClient {
  const url = new URL('/api/trpc', window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = createWSClient({
    url: url.href,
    WebSocket: EagerSocket,
    connectionParams: () => ({ visitor: visitorSecret() }),
    retryDelayMs: reconnectDelayMs,
    keepAlive: { enabled: true, intervalMs: clientPingMs, pongTimeoutMs: clientPongMs },
  });
  client.connectionState.subscribe({
    next: ({ state: socket }) => setState(socket === 'pending' ? 'live' : down()),
  });
  window.addEventListener('online', () => {
    if (state !== 'live') setState(down());
    probeSockets();
  });
  window.addEventListener('offline', () => {
    setState('offline');
    abandonSockets();
  });
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && probeSockets(),
  );
  window.addEventListener('pageshow', (event) => event.persisted && probeSockets());
  return client;
}
