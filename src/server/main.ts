import { createServer } from 'node:http';
import next from 'next';
import { tails } from '@/server/api/live';
import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { refreshEpoch } from '@/server/base/epoch';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { purgeDeletedThreads } from '@/server/domain/thread/delete';
import { onHandlerError } from '@/server/realtime/bus';
import { RedisBus } from '@/server/realtime/redis-bus';
import { makeServer } from '@/server/listen';
import { SocketServer } from '@/server/ws';
import { epochCheckMs, shutdownMs } from '@/shared/limits';

/** The one process: pages, calls and the socket on one port. */
async function main(): Promise<void> {
  const { HOST: hostname, PORT: port, REDIS_URL: redisUrl, isProduction } = env();
  if (redisUrl) once('bus', () => new RedisBus(redisUrl, onHandlerError));
  await refreshEpoch();

  // Next adds an upgrade listener of its own; this server, which never listens, is where it goes.
  const forNext = createServer();
  const app = next({ dev: !isProduction, hostname, port, httpServer: forNext });
  await app.prepare();
  const servePage = app.getRequestHandler();
  const sockets = new SocketServer();
  let isDraining = false;
  const server = makeServer({
    sockets,
    servePage: (req, res) => servePage(req, res),
    isDraining: () => isDraining,
    ...(!isProduction && { upgradePage: (req, socket, head) => forNext.emit('upgrade', req, socket, head) }),
  });

  // A database that was restored or failed over under us: every stream tells its reader to start again.
  const epochTimer = setInterval(() => {
    refreshEpoch().then(
      (hasChanged) => (hasChanged ? tails().startOver() : undefined),
      (cause: unknown) => log().warn({ err: cause }, 'the epoch could not be read'),
    );
  }, epochCheckMs);

  purgeDeletedThreads().catch((cause: unknown) =>
    log().warn({ err: cause }, 'deleted threads are not empty'),
  );

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
