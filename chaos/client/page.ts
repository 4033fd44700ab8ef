import { setMaxListeners } from 'node:events';
import type { Net } from '../history';
import { socketFor, WireEvent } from './socket';

/** The names that a tab's bundle finds instead of a browser's globals, in the order they are handed in. */
export const globalNames = [
  ...['module', 'exports', 'require', 'window', 'document', 'navigator', 'location', 'localStorage'],
  ...['WebSocket', 'fetch', 'AbortSignal', 'CloseEvent', 'BroadcastChannel', 'Math'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
] as const;

export type PageOptions = {
  baseUrl: string;
  /** Of its browser: shared by its tabs, and kept when they end. */
  storage: Map<string, string>;
  random(): number;
  onBytes(channel: 'socket' | 'http', text: string): void;
  onNet(what: Net['what']): void;
};

/** The world of one tab. Nothing of it goes on once it is closed: no timer, no socket, no request. */
export function makePage({ baseUrl, storage, random, onBytes, onNet }: PageOptions) {
  let isOpen = true;
  let isOnline = true;
  let connections = 0;
  let standing = 0;
  const sockets = new Set<{ terminate(): void }>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const closed = new AbortController();
  const bundle = { exports: {} as Record<string, unknown> };
  const later = (isRepeated: boolean) => (work: () => void, ms?: number) => {
    if (!isOpen) return undefined;
    const timer = (isRepeated ? setInterval : setTimeout)(() => {
      if (!isRepeated) timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const stop = (timer: ReturnType<typeof setTimeout> | undefined) => {
    if (timer) timers.delete(timer);
    clearTimeout(timer);
  };
  const ask = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    if (!isOpen || !isOnline) throw new TypeError('The network is away.');
    const signal = init.signal ? anySignal([init.signal, closed.signal]) : closed.signal;
    const answer = await fetch(new URL(input, baseUrl), { ...init, signal });
    const heard = answer.body?.pipeThrough(listening((text) => onBytes('http', text))) ?? null;
    return new Response(heard, { status: answer.status, headers: answer.headers });
  };
  const window = Object.assign(new EventTarget(), { location: new URL('/', baseUrl) });
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible', baseURI: baseUrl });
  const navigator = {
    get onLine() {
      return isOnline;
    },
  };
  const localStorage = {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
  };
  const globals: Record<(typeof globalNames)[number], unknown> = {
    module: bundle,
    exports: bundle.exports,
    require: undefined,
    window,
    document,
    navigator,
    location: window.location,
    localStorage,
    WebSocket: socketFor({
      origin: new URL(baseUrl).origin,
      onOpen() {
        connections++;
        if (standing++ === 0) onNet('up');
      },
      onClose: () => void (--standing === 0 && isOpen && onNet('down')),
      onBytes: (text) => onBytes('socket', text),
      isUp: () => isOpen && isOnline,
      sockets,
    }),
    fetch: ask,
    AbortSignal: { any: anySignal, timeout: timeoutSignal },
    CloseEvent: WireEvent,
    BroadcastChannel: undefined,
    Math: Object.assign(Object.create(Math) as object, { random }),
    setTimeout: later(false),
    clearTimeout: stop,
    setInterval: later(true),
    clearInterval: stop,
  };
  const cut = () => {
    for (const socket of sockets) socket.terminate();
  };
  return {
    globals: globalNames.map((name) => globals[name]),
    exports: () => bundle.exports,
    connection: () => connections,
    socketCount: () => sockets.size,
    setOnline(next: boolean): void {
      isOnline = next;
      if (isOpen) onNet(next ? 'on' : 'off');
      window.dispatchEvent(new Event(next ? 'online' : 'offline'));
      if (!next) cut();
    },
    close(): void {
      isOpen = false;
      onNet('closed');
      closed.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      cut();
    },
  };
}
export type Page = ReturnType<typeof makePage>;

function listening(onText: (text: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  return new TransformStream({
    transform(bytes, controller) {
      onText(decoder.decode(bytes, { stream: true }));
      controller.enqueue(bytes);
    },
  });
}

/**
 * As in a browser. Node's own may be forgotten: a time limit that only a combined signal listens to is
 * swept up with the garbage, and never comes.
 */
function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const any = new AbortController();
  for (const signal of signals) {
    setMaxListeners(0, signal);
    if (signal.aborted) any.abort(signal.reason);
    else signal.addEventListener('abort', () => any.abort(signal.reason), { once: true, signal: any.signal });
  }
  return any.signal;
}

function timeoutSignal(ms: number): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new DOMException('That took too long.', 'TimeoutError')), ms).unref();
  return late.signal;
}
