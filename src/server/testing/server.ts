import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { AppRouter } from '@/server/api/root';
import { env, readEnv, type Env } from '@/server/base/env';
import { makeServer } from '@/server/listen';
import { generousLimits } from '@/server/testing/generous-limits';
import { serveNextAuth } from '@/server/testing/nextauth';
import { SocketServer } from '@/server/ws';

type Settings = Partial<Record<keyof typeof generousLimits | keyof Env, string>>;
type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
type CallOptions = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** Settings are read once per process: a test changes the object that everybody has already. */
export function changeSettings(settings: Settings): void {
  Object.assign(chosen, settings);
  Object.assign(env(), readEnv({ ...process.env, ...chosen }));
}
/** One secret for the whole process, so that a session outlives another server's start. */
const chosen: Settings = { ...generousLimits, NEXTAUTH_SECRET: randomBytes(32).toString('base64url') };

/**
 * The whole server on a free port of this machine, with a stand-in for the pages. A rate limit keeps
 * the number it had at its first use in this process.
 */
export async function startServer(
  settings: Settings = {},
  options: ConstructorParameters<typeof SocketServer>[0] = {},
) {
  const sockets = new SocketServer(options);
  const { server } = makeServer({
    sockets,
    servePage: (req, res) =>
      req.url?.startsWith('/api/auth/') ? serveNextAuth(req, res) : Promise.resolve(void res.end('page')),
    isDraining: () => false,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (_, socket: Duplex) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  // A server that was started before in this process keeps its origin.
  const origins = [chosen.ALLOWED_ORIGINS, origin].filter(Boolean).join();
  changeSettings({ ...settings, PORT: String(port), ALLOWED_ORIGINS: origins });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const opened: { close(): unknown }[] = [{ close: () => agent.destroy() }];

  /** One HTTP request; JSON is what calls are made of, so that is the default type of a body. */
  const send = (path: string, { method, headers, body }: CallOptions = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const req = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: method ?? (body === undefined ? 'GET' : 'POST'),
          agent,
          headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('end', () =>
            resolve({
              status: res.statusCode ?? 0,
              headers: res.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
          res.on('error', reject);
        },
      );
      req.on('error', reject);
      req.end(body);
    });

  /** Bytes as they are: what comes back until the server closes, and how long that took. */
  const raw = (bytes: string | Buffer, { isReset = false, waitMs = 3_000 } = {}) =>
    new Promise<{ text: string; isClosed: boolean; tookMs: number }>((resolve) => {
      const since = Date.now();
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(bytes, () => isReset && socket.resetAndDestroy());
      });
      const done = (isClosed: boolean) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ text, isClosed, tookMs: Date.now() - since });
      };
      const timer = setTimeout(() => done(false), waitMs);
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => done(true));
    });

  /** A plain socket of our own page that has not said yet who it is. */
  const openSocket = async (headers: Record<string, string> = {}): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc`, { origin, headers });
    opened.push({ close: () => socket.terminate() });
    socket.on('error', () => undefined);
    await once(socket, 'open');
    return socket;
  };

  /** tRPC's own client over a socket, as the browser uses it. */
  const openClient = (secret: string | null, { cookie, as }: { cookie?: string; as?: string } = {}) => {
    const live = new Set<WebSocket>();
    class OwnOriginSocket extends WebSocket {
      constructor(url: string | URL) {
        super(url, { origin, ...(cookie && { headers: { cookie } }) });
        live.add(this);
        this.on('close', () => live.delete(this));
      }
    }
    const connection = createWSClient({
      url: `ws://127.0.0.1:${port}/api/trpc`,
      WebSocket: OwnOriginSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { ...(secret && { visitor: secret }), ...(as && { as }) },
      retryDelayMs: () => 20,
    });
    opened.push({ close: () => connection.close() });
    return {
      trpc: createTRPCClient<AppRouter>({ links: [wsLink({ client: connection })] }),
      connection,
      live,
      close: () => connection.close(),
    };
  };

  return {
    port,
    origin,
    sockets,
    server,
    send,
    raw,
    openSocket,
    openClient,
    /** What the fullest socket holds for a reader that has not taken it yet. */
    heldBytes: () => Math.max(0, ...[...upgraded].map((socket) => socket.writableLength)),
    /** Cuts every socket from the server's side, without a word. */
    cutSockets() {
      for (const socket of upgraded) socket.destroy();
    },
    async close() {
      for (const each of opened) await Promise.resolve(each.close()).catch(() => undefined);
      server.closeAllConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      await sockets.drain(0);
      await closed;
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** Says who it is, as the first message of a socket does. */
export const helloFrame = (secret: string) =>
  JSON.stringify({ method: 'connectionParams', data: { visitor: secret } });

/** One call as a frame of the socket. */
export const callFrame = (
  id: number | string,
  method: 'query' | 'mutation' | 'subscription',
  path: string,
  input?: unknown,
) => ({ id, method, params: { path, input } });

/** The messages of a socket as they come: `next` waits for one that fits. */
export function readSocket(socket: WebSocket) {
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  let closed: { code: number } | undefined;
  socket.on('message', (data: Buffer) => {
    heard.push(data.toString());
    wake();
  });
  socket.on('close', (code) => {
    closed = { code };
    wake();
  });
  const until = async <T>(look: () => T | undefined, waitMs: number): Promise<T> => {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`Nothing fitting came. Heard: ${heard.join('\n').slice(0, 2_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    heard,
    next: (fits: RegExp, waitMs = 15_000) => until(() => heard.find((text) => fits.test(text)), waitMs),
    /** The close code, once it is closed. */
    closed: (waitMs = 15_000) => until(() => closed?.code, waitMs),
  };
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until `look` is true. */
export async function eventually(look: () => boolean, waitMs = 15_000): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!look()) {
    if (Date.now() > deadline) throw new Error(`Not so after ${waitMs} ms: ${look.toString()}`);
    await pause(10);
  }
}
