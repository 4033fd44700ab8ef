import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import next from 'next';
import { tails } from '@/server/api/live';
import { addressOf } from '@/server/auth/identity';
import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { refreshEpoch } from '@/server/base/epoch';
import { log } from '@/server/base/log';
import { consume } from '@/server/base/rate-limit';
import { checkTarget, refuse } from '@/server/http/guard';
import { setContentPolicy, setSecurityHeaders } from '@/server/http/headers';
import { serveHealth, serveReady } from '@/server/http/health';
import { serveTrpc } from '@/server/http/trpc';
import { refuseUpgrade, SocketServer } from '@/server/ws';
import { shutdownMs, tailSweepMs } from '@/shared/limits';

const tooFast = { status: 429, code: 'TOO_MANY_REQUESTS', reason: 'too_fast', message: 'Too many pages at once. Try again in a second.' } as const;

const isTooFast = (address: string): Promise<boolean> =>
  consume({ name: 'pages', points: env().CALLS_PER_SECOND_PER_ADDRESS, perSeconds: 1 }, address).then(
    () => false,
    () => true,
  );

/** The one process: pages, calls and the socket on one port. */
async function main(): Promise<void> {
  const { HOST: hostname, PORT: port, isProduction } = env();
  await refreshEpoch();

  // Next adds an upgrade listener of its own; this server, which never listens, is where it goes.
  const forNext = createServer();
  const app = next({ dev: !isProduction, hostname, port, httpServer: forNext });
  await app.prepare();
  const servePage = app.getRequestHandler();
  const sockets = new SocketServer();
  let isDraining = false;

  const route = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    setSecurityHeaders(res);
    const refused = checkTarget(req);
    if (refused) return refuse(res, refused);
    const path = req.url?.split('?')[0] ?? '/';
    if (path.startsWith('/api/trpc/')) return serveTrpc(req, res);
    if (path === '/api/health') return serveHealth(res);
    if (path === '/api/ready') return serveReady(res, isDraining);
    if (req.method !== 'GET' && req.method !== 'HEAD')
      return refuse(res, { status: 405, code: 'METHOD_NOT_SUPPORTED', reason: 'transport', message: 'Pages can only be read.' });
    delete req.headers['x-middleware-subrequest'];
    if (path.startsWith('/_next/')) return servePage(req, res);
    if (await isTooFast(addressOf(req))) return refuse(res, tooFast);
    setContentPolicy(req, res);
    return servePage(req, res);
  };

  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    (req, res) => {
      route(req, res).catch((cause: unknown) => {
        log().error({ err: cause, path: req.url?.split('?')[0] }, 'a request failed');
        if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
        res.end('Something went wrong on the server. It was logged.');
      });
    },
  );
  server.on('upgrade', (req, socket, head) => {
    const path = req.url?.split('?')[0];
    if (path === '/api/trpc') sockets.upgrade(req, socket, head);
    else if (!isProduction && path?.startsWith('/_next/')) forNext.emit('upgrade', req, socket, head);
    else refuseUpgrade(socket, 404, 'Not Found');
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });

  const epochTimer = setInterval(() => {
    refreshEpoch().then(
      (hasChanged) => (hasChanged ? tails().sweep() : undefined),
      (cause: unknown) => log().warn({ err: cause }, 'the epoch could not be read'),
    );
  }, tailSweepMs * 5);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  const url = env().PUBLIC_URL ?? `http://localhost:${port}`;
  log().info({ url }, 'listening');
  process.send?.({ type: 'ready', url });

  const stop = async (why: string): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    log().info({ why }, 'stopping');
    setTimeout(() => process.exit(1), shutdownMs).unref();
    clearInterval(epochTimer);
    const closed = new Promise((resolve) => server.close(resolve));
    await sockets.drain(shutdownMs / 3);
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), shutdownMs / 3).unref();
    await closed;
    tails().close();
    await app.close();
    await pool().end();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  // The parent that started us is gone: nobody else would stop us.
  process.on('disconnect', () => void stop('disconnect'));
}

main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exit(1);
});
