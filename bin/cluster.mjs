/** `cluster`: several instances behind a balancer as plain processes: the topology of docker-compose.yml. */
import { startBalancer } from './balancer.mjs';
import { ensureBuilt } from './build.mjs';
import { cleanUp, defer, handleStop } from './lifecycle.mjs';
import { freePort } from './port.mjs';
import { sleep } from './process.mjs';
import { startRedis } from './redis.mjs';
import { describeEnd, startServer } from './server.mjs';
import { prepare } from './start.mjs';
import { say, secondsSince, step } from './steps.mjs';
import { UserError } from './user-error.mjs';

const instancesMax = 16;
/** Twice the balancer's interval, and a little. */
const noticeMs = 1_500;
const restartPauseMs = 1_000;

/** Serves until a signal comes; SIGUSR2 replaces the instances one by one, without a call that fails. */
export async function cluster(args) {
  const from = performance.now();
  const count = instancesOf(args);
  const { env, address } = await prepare('cluster');
  await ensureBuilt();
  const redisUrl = env.REDIS_URL || (await startRedis());
  if (!redisUrl)
    say(
      '! No redis-server is installed: the instances find each other’s news in the database, within 3 seconds.',
    );
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const settings = {
    ...env,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PUBLIC_URL: env.PUBLIC_URL || address.url,
    TRUSTED_PROXIES: String(Number(env.TRUSTED_PROXIES || 0) + 1),
    DRAIN_NOTICE_MS: String(noticeMs),
    ...(redisUrl && { REDIS_URL: redisUrl }),
  };

  let tellStopped;
  const isOver = new Promise((resolve) => (tellStopped = resolve));
  let isStopping = false;
  const servers = ports.map(() => null);
  const launch = async (i) => {
    const server = startServer(['dist/main.mjs'], { ...settings, PORT: String(ports[i]) });
    servers[i] = server;
    void server.ended.then(async (end) => {
      if (isStopping || servers[i] !== server || server.isReplaced) return;
      say(`Instance ${i + 1} ended (${describeEnd(end)}); it starts again.`);
      await sleep(restartPauseMs);
      if (!isStopping) await launch(i);
    });
    await Promise.race([server.ready, server.ended]);
  };
  const stopAll = () => Promise.all(servers.map((server) => server?.stop()));
  defer(stopAll);
  handleStop((press) => {
    isStopping = true;
    if (press > 1) for (const server of servers) server?.force();
    else say('Stopping …');
    void stopAll().then(tellStopped);
  });
  await step(`${count} instances`, () => Promise.all(ports.map((_, i) => launch(i))));
  const balancer = await startBalancer({ host: address.host, port: address.port, targets: ports });
  defer(() => balancer.close());

  let rolling = Promise.resolve();
  process.on('SIGUSR2', () => {
    rolling = rolling.then(async () => {
      for (const [i, server] of servers.entries()) {
        if (isStopping || !server) return;
        server.isReplaced = true;
        await server.stop();
        if (!isStopping) await launch(i);
        say(`Instance ${i + 1} of ${count} is replaced.`);
      }
    });
  });
  say(
    `Foyer is ready on ${settings.PUBLIC_URL} (${secondsSince(from)}): instances on ${ports.join(', ')}${redisUrl ? ', linked by Redis' : ''}`,
  );
  await isOver;
  await cleanUp();
  say('Stopping … done.');
  process.exit(0);
}

function instancesOf(args) {
  const at = args.indexOf('--instances');
  const text = at >= 0 ? args[at + 1] : '3';
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > instancesMax)
    throw new UserError(`--instances (it is "${text}") must be a whole number from 1 to ${instancesMax}.`);
  return count;
}
