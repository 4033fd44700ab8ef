/** `start` and `dev`: everything up to a served page, and back. */
import path from 'node:path';
import { ensureBuilt, isFresh } from './build.mjs';
import { prepareServerDatabase } from './database.mjs';
import { prepareDataDir } from './disk.mjs';
import { ensureInstalled } from './install.mjs';
import { cleanUp, defer, handleStop } from './lifecycle.mjs';
import { tryLock } from './lock.mjs';
import { dataDir } from './paths.mjs';
import { addressFromSettings, portProblem } from './port.mjs';
import { isSameProcess, markOf, sleep } from './process.mjs';
import { describeEnd, startServer } from './server.mjs';
import { loadSettings } from './settings.mjs';
import { say, secondsSince } from './steps.mjs';
import { UserError } from './user-error.mjs';
import { onChange } from './watch.mjs';

const orphanMs = 20_000;
/** In development nobody's message is worth waiting for. */
const restartMs = 2_000;

/** Serves the production build until a signal comes. */
export async function start() {
  const from = performance.now();
  const { lock, env } = await prepare('start');
  await ensureBuilt();
  const server = launch(['dist/main.mjs'], { ...env, NODE_ENV: 'production' }, lock);
  let isStopped = false;
  handleStop((press) => {
    isStopped = true;
    if (press > 1) server.force();
    else say('Stopping …');
    void server.stop();
  });
  void server.ready.then((url) => say(`Foyer is ready on ${url} (${secondsSince(from)})`));
  void server.adminUrl.then((url) =>
    say(`Nobody looks after it yet. This link makes you the admin, once: ${url}`),
  );

  const end = await server.ended;
  await cleanUp();
  if (!isStopped)
    throw new UserError(`The server ended by itself (${describeEnd(end)}); its last lines above say why.`);
  say('Stopping … done.');
  process.exit(end.signal === 'SIGTERM' ? 0 : (end.code ?? 1));
}

/** Serves from the sources, and starts the server again when they change. */
export async function dev() {
  let from = performance.now();
  const { lock, env } = await prepare('dev');
  const args = ['--import', 'tsx', 'src/server/main.ts'];
  let stopped;
  let server;
  const run = () => {
    const own = launch(args, { ...env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' }, lock);
    server = own;
    void own.ready.then((url) => say(`Foyer is ready on ${url} (${secondsSince(from)})`));
    void own.ended.then((end) => {
      if (server === own && !own.isReplaced && !stopped)
        say(`The server ended (${describeEnd(end)}); it starts again with the next change.`);
    });
  };
  const unwatch = onChange(['src/server', 'src/shared'], async (file) => {
    if (stopped) return;
    from = performance.now();
    say(`${file} changed, starting again …`);
    server.isReplaced = true;
    await server.stop({ deadlineMs: restartMs });
    if (!stopped) run();
  });
  const isOver = new Promise((resolve) => {
    handleStop((press) => {
      stopped = true;
      if (press > 1) server.force();
      else say('Stopping …');
      unwatch();
      void server.stop({ deadlineMs: restartMs }).then(resolve);
    });
  });
  run();
  await isOver;
  await cleanUp();
  say('Stopping … done.');
  process.exit(0);
}

/** What serving needs, cheap refusals first. */
export async function prepare(command) {
  loadSettings();
  const address = addressFromSettings();
  const dir = dataDir();
  prepareDataDir(dir);
  const lock = await lockDataDir(dir, { command, url: address.url });
  const problem = await portProblem(address);
  if (problem) throw new UserError(problem);
  await ensureInstalled({ withDev: command !== 'dev' && !isFresh() });
  return { lock, address, env: (await prepareServerDatabase(dir)).env };
}

async function lockDataDir(dir, details) {
  const taken = tryLock(path.join(dir, 'foyer.lock'), details);
  if ('holder' in taken)
    throw new UserError(
      `Foyer already runs on this data directory: process ${taken.holder.pid}, ${taken.holder.url}. Stop it first, or choose another directory with FOYER_DATA_DIR.`,
    );
  defer(() => taken.lock.release());
  await endOrphan(taken.left?.server);
  return taken.lock;
}

/** The server of a Foyer that was killed: it drains by itself, and holds the port until then. */
async function endOrphan(server) {
  if (!isSameProcess(server)) return;
  say(`Waiting for the server of a Foyer that was killed (process ${server.pid}) …`);
  for (const until = Date.now() + orphanMs; Date.now() < until && isSameProcess(server);) await sleep(100);
  if (isSameProcess(server)) process.kill(server.pid, 'SIGKILL');
}

function launch(args, env, lock) {
  const server = startServer(args, env);
  lock.update({ server: markOf(server.pid) });
  defer(() => server.stop());
  return server;
}
