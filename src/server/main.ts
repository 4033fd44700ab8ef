import { createServer } from 'node:http';
import next from 'next';
import { env } from '@/server/base/env';
import { runToExit, serve, type Pages } from '@/server/serve';

/** The pages, by Next. */
async function makePages(): Promise<Pages> {
  const { HOST: hostname, PORT: port, isProduction } = env();
  // Next adds an upgrade listener of its own; this server, which never listens, is where it goes.
  const forNext = createServer();
  const app = next({ dev: !isProduction, hostname, port, httpServer: forNext });
  await app.prepare();
  const servePage = app.getRequestHandler();
  return {
    servePage: (req, res) => servePage(req, res),
    ...(!isProduction && { upgradePage: (req, socket, head) => forNext.emit('upgrade', req, socket, head) }),
    close: () => app.close(),
  };
}

/** The one process: pages, calls and the socket on one port. */
runToExit(() => serve(makePages));
