import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressOf } from '@/server/auth/address';
import { env } from '@/server/base/env';
import { log } from '@/server/base/log';
import { consume } from '@/server/base/rate-limit';
import { admitAuth } from '@/server/http/auth';
import { Calls } from '@/server/http/calls';
import { inSpan } from '@/server/base/tracing';
import { serveExport } from '@/server/http/export';
import { checkTarget, refuse } from '@/server/http/guard';
import { setContentPolicy, setSecurityHeaders } from '@/server/http/headers';
import { serveOperations } from '@/server/http/health';
import { serveTrpc } from '@/server/http/trpc';
import { refuseUpgrade, type SocketServer } from '@/server/ws';

export type Parts = {
  sockets: SocketServer;
  servePage(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Takes upgrades that are not ours; absent where nobody does. */
  upgradePage?(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  isDraining(): boolean;
};

const notAllowed = {
  status: 405,
  code: 'METHOD_NOT_SUPPORTED',
  reason: 'transport',
  message: 'Pages can only be read.',
} as const;
const tooFast = {
  status: 429,
  code: 'TOO_MANY_REQUESTS',
  reason: 'too_fast',
  message: 'Too many pages at once. Try again in a second.',
  retryAfterMs: 1_000,
} as const;

const isTooFast = (address: string): Promise<boolean> =>
  consume({ name: 'pages', points: env().CALLS_PER_SECOND_PER_ADDRESS, perSeconds: 1 }, address).then(
    () => false,
    () => true,
  );

/** What kind of address it is; the address itself may name a room. */
const routeOf = (req: IncomingMessage): string =>
  /^\/(api\/(trpc|health|ready|metrics|auth|export)|_next)(?=[/?]|$)/.exec(req.url ?? '')?.[0] ?? 'page';

/** Pages, calls and the socket on one server, not listening yet. */
export function makeServer(parts: Parts): { server: Server; calls: Calls } {
  const calls = new Calls();
  const route = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    setSecurityHeaders(res);
    const refused = checkTarget(req);
    if (refused) return refuse(res, refused);
    const path = req.url?.split('?')[0] ?? '/';
    if (path.startsWith('/api/trpc/')) return serveTrpc(req, res);
    if (await serveOperations(path, { req, res }, { ...parts, calls })) return;
    if (path === '/api/export') return serveExport(req, res);
    delete req.headers['x-middleware-subrequest'];
    if (path.startsWith('/api/auth/')) {
      if (await admitAuth(req, res)) await parts.servePage(req, res);
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, notAllowed);
    if (path.startsWith('/_next/')) return parts.servePage(req, res);
    if (await isTooFast(addressOf(req))) return refuse(res, tooFast);
    setContentPolicy(req, res);
    return parts.servePage(req, res);
  };
  const server = createServer(
    {
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
    },
    (req, res) => {
      calls.add(res);
      inSpan(`http ${req.method}`, { 'http.route': routeOf(req) }, () => route(req, res)).catch(
        (cause: unknown) => {
          log().error({ err: cause, path: req.url?.split('?')[0] }, 'a request failed');
          if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
          res.end('Something went wrong on the server. It was logged.');
        },
      );
    },
  );
  server.on('upgrade', (req, socket, head) => {
    const path = req.url?.split('?')[0];
    if (path === '/api/trpc') parts.sockets.upgrade(req, socket, head);
    else if (parts.upgradePage && path?.startsWith('/_next/')) parts.upgradePage(req, socket, head);
    else refuseUpgrade(socket, 404, 'Not Found');
  });
  server.on('clientError', (_, socket) => {
    if (!socket.writable) return socket.destroy();
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', () => socket.destroy());
  });
  return { server, calls };
}
