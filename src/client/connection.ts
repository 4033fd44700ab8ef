import { createWSClient, type TRPCClient, type TRPCWebSocketClient } from '@trpc/client';
import { credentials, onIdentity } from '@/client/identity';
import { checkIdentity, leaveWhenSomebodyElse } from '@/client/identity-check';
import { abandonSockets, EagerSocket, probeSockets } from '@/client/lib/eager-socket';
import { socketRetryMs } from '@/client/lib/retry-delay';
import type { AppRouter } from '@/server/api/root';
import { clientPingMs, clientPongMs, identityEndedCode, socketFailuresBeforeFallback } from '@/shared/limits';

/** How this page stands with the server. `live` means that its streams can speak. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline';

let state: ConnectionState = 'connecting';
let wasLive = false;
let isSocketOpen = false;
let failures = 0;
let fallback: TRPCClient<AppRouter> | null = null;
const stateListeners = new Set<() => void>();
const transportListeners = new Set<() => void>();

export const connectionState = (): ConnectionState => state;
/** Whether calls can go over the socket now. */
export const hasSocket = (): boolean => isSocketOpen;
/** The client for streams where no socket gets through; null where the socket serves them. */
export const fallbackStreams = (): TRPCClient<AppRouter> | null => fallback;

const listenTo = (set: Set<() => void>) => (listener: () => void) => {
  set.add(listener);
  return () => {
    set.delete(listener);
  };
};
export const onConnectionState = listenTo(stateListeners);
/** Hears that streams have to be opened anew, over the other transport. */
export const onTransport = listenTo(transportListeners);

function setState(next: ConnectionState): void {
  if (next === 'live') wasLive = true;
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}

const down = (): ConnectionState => (!navigator.onLine ? 'offline' : wasLive ? 'reconnecting' : 'connecting');

/** Streams that do not use the socket say themselves whether they get through. */
export function reportFallback(isUp: boolean): void {
  if (fallback) setState(isUp ? 'live' : down());
}

function setFallback(client: TRPCClient<AppRouter> | null): void {
  fallback = client;
  for (const listener of transportListeners) listener();
}

function onSocket(isOpen: boolean, hasFailed: boolean): void {
  isSocketOpen = isOpen;
  if (isOpen) {
    failures = 0;
    if (fallback) setFallback(null);
    setState('live');
    return;
  }
  if (!fallback) setState(down());
  if (hasFailed && ++failures >= socketFailuresBeforeFallback && !fallback) void fallBack();
}

/** Only when the server itself answers: else it is simply away. */
async function fallBack(): Promise<void> {
  try {
    const answer = await fetch('/api/health', { cache: 'no-store' });
    const { eventStreamClient } = await import('@/client/event-stream');
    if (answer.ok && !isSocketOpen && !fallback) setFallback(eventStreamClient());
  } catch {
    failures = 0; // The server is away as well: the socket goes on trying.
  }
}

/** Without an answer the next socket is told the same, and asks again. */
const findWhoIsHere = () => void checkIdentity().catch(() => undefined);

/** The page's one socket: it says who is there in its first message, and comes back by itself. */
export function openConnection(): TRPCWebSocketClient {
  const url = new URL('/api/trpc', window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = createWSClient({
    url: url.href,
    WebSocket: EagerSocket,
    connectionParams: credentials,
    onClose: (cause) => void (cause?.code === identityEndedCode && findWhoIsHere()),
    retryDelayMs: socketRetryMs,
    keepAlive: { enabled: true, intervalMs: clientPingMs, pongTimeoutMs: clientPongMs },
  });
  client.connectionState.subscribe({
    next: ({ state: socket, error }) => onSocket(socket === 'pending', Boolean(error)),
  });
  leaveWhenSomebodyElse();
  // Nothing is said over a socket that was opened by somebody else.
  onIdentity(() => {
    abandonSockets();
    if (fallback) setFallback(fallback);
  });
  window.addEventListener('online', () => {
    if (state !== 'live') setState(down());
    probeSockets();
  });
  window.addEventListener('offline', () => {
    setState('offline');
    abandonSockets();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') probeSockets();
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) probeSockets();
  });
  return client;
}
