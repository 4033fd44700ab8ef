import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { tails } from '@/server/api/live';
import { pool, reserve } from '@/server/base/db';
import { env } from '@/server/base/env';
import { refreshEpoch } from '@/server/base/epoch';
import { keepPosition } from '@/server/base/log-position';
import { log } from '@/server/base/log';
import { makeAdminLink } from '@/server/domain/user/one-time-link';
import { once } from '@/server/base/once';
import { redis } from '@/server/base/redis';
import { purgeDeletedThreads } from '@/server/domain/thread/delete';
import { startTracing } from '@/server/base/tracing';
import { tellRecent } from '@/server/domain/thread/publish';
import { makeServer } from '@/server/listen';
import { bus, onHandlerError } from '@/server/realtime/bus';
import { RedisBus } from '@/server/realtime/redis-bus';
import { SocketServer } from '@/server/ws';
import { drainCallsMs, drainSocketsMs, epochCheckMs, shutdownMs, tailSweepMs } from '@/shared/limits';

/** What serves pages, and how to end it. */
export type Pages = {
  servePage(req: IncomingMessage, res: ServerResponse): Promise<void>;
  upgradePage?(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

/**
 * Puts the parts together, listens, and stays until it is told to stop. What a test replaces is the
 * pages alone.
 * @param makePages called when the settings are known to be right and the database answers
 */
export async function serve(makePages: () => Promise<Pages>): Promise<void> {
  const { HOST: hostname, PORT: port, REDIS_URL: redisUrl } = env();
  if (redisUrl) once('bus', () => new RedisBus(redisUrl, onHandlerError));
  const endTracing = await startTracing();
  await refreshEpoch();
  const pages = await makePages();
  const sockets = new SocketServer();
  let isDraining = false;
  const { server, calls } = makeServer({ ...pages, sockets, isDraining: () => isDraining });

  // A database that was restored or failed over under us: every stream tells its reader to start again.
  const epochTimer = setInterval(() => {
    refreshEpoch()
      .then((hasChanged) => (hasChanged ? tails().startOver() : undefined))
      .then(keepPosition)
      .catch((cause: unknown) => log().warn({ err: cause }, 'the epoch could not be read'));
  }, epochCheckMs);

  const listTimer = setInterval(() => {
    tellRecent().catch((cause: unknown) => log().warn({ err: cause }, 'the lists could not be compared'));
  }, tailSweepMs);

  purgeDeletedThreads().catch((cause: unknown) =>
    log().warn({ err: cause }, 'deleted threads are not empty'),
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  const url = env().PUBLIC_URL ?? `http://localhost:${port}`;
  log().info({ url, bus: bus().stand().kind }, 'listening');
  process.send?.({ type: 'ready', url });
  void tellAdminLink();

  const stop = async (why: string, exitCode = 0): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    const noticeMs = env().DRAIN_NOTICE_MS;
    log().info({ why, sockets: sockets.size, noticeMs }, 'stopping');
    setTimeout(() => process.exit(exitCode || 1), shutdownMs).unref();
    clearInterval(epochTimer);
    clearInterval(listTimer);
    // From now on `/api/ready` says no, and each answer ends its connection; a balancer has time to see it.
    calls.endConnections();
    await new Promise((resolve) => setTimeout(resolve, noticeMs));
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.all([sockets.drain(noticeMs > 0 ? drainSocketsMs : 0), calls.finished(drainCallsMs)]);
    // What is left are event streams: cut, not ended, so that their readers come back.
    server.closeAllConnections();
    await closed;
    tails().close();
    await pages.close();
    await keepPosition().catch((cause: unknown) =>
      log().warn({ err: cause }, 'the log position was not kept'),
    );
    // It waits for the statements that still run.
    await Promise.all([pool().end(), reserve().end()]);
    await endTracing();
    await bus().close();
    redis()?.disconnect();
    log().info('stopped');
    process.exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  // The parent that started us is gone: nobody else would stop us.
  process.on('disconnect', () => void stop('disconnect'));
  // Nobody expected it, so nothing here is known to be sound any more: out in good order, and anew.
  process.on('uncaughtException', (cause) => {
    log().fatal({ err: cause }, 'an error that nobody handled');
    void stop('uncaught error', 1);
  });
}

/** Runs the program; what keeps it from starting becomes one sentence. */
export function runToExit(main: () => Promise<void>): void {
  main().catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(1);
  });
}

/** While nobody is the admin, each start says how to become it: to whoever started us, not to the log. */
async function tellAdminLink(): Promise<void> {
  try {
    const token = await makeAdminLink();
    if (!token) return;
    const url = `${env().baseUrl}/admin#${token}`;
    if (process.send) process.send({ type: 'admin', url });
    else process.stdout.write(`This link makes you the admin, once: ${url}\n`);
  } catch (cause) {
    log().warn({ err: cause }, 'no link for an admin could be made');
  }
}
