import { spawn } from 'node:child_process';
import path from 'node:path';
import { createTRPCClient, createWSClient, httpLink, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import { startBalancer } from '../../../bin/balancer.mjs';
import { freePort } from '../../../bin/port.mjs';
import type { AppRouter } from '@/server/api/root';
import { generousLimits } from '@/server/testing/generous-limits';

const root = path.join(import.meta.dirname, '../../..');
const program = path.join(import.meta.dirname, 'instance.ts');

type Settings = Record<string, string>;

/** One process of Foyer, with its own memory, on the database of this test. */
async function startInstance(port: number, settings: Settings) {
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    env: { ...process.env, ...generousLimits, NODE_ENV: 'test', PORT: String(port), ...settings },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const isReady = new Promise<true>((resolve) => child.once('message', () => resolve(true)));
  if ((await Promise.race([isReady, ended])) !== true)
    throw new Error('An instance ended before it was ready: its last lines say why.');
  return {
    pid: child.pid ?? 0,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** Asks it to stop, as a deployment does. @returns its exit code */
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    ended,
  };
}

/**
 * Several processes behind a balancer, and clients that come through it, or straight to one of them.
 * @param settings the environment of every process
 */
export async function startInstances(count: number, settings: Settings = {}) {
  const front = await freePort();
  const origin = `http://127.0.0.1:${front}`;
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const all = { PUBLIC_URL: origin, TRUSTED_PROXIES: '1', DRAIN_NOTICE_MS: '1500', ...settings };
  const instances = await Promise.all(ports.map((port) => startInstance(port, all)));
  const balancer = await startBalancer({ port: front, targets: ports });
  const closers: (() => unknown)[] = [];

  const openClient = (secret: string, port = front) => {
    class OwnOriginSocket extends WebSocket {
      constructor(url: string | URL) {
        super(url, { origin });
        this.on('error', () => undefined);
      }
    }
    const connection = createWSClient({
      url: `ws://127.0.0.1:${port}/api/trpc`,
      WebSocket: OwnOriginSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { visitor: secret },
      retryDelayMs: () => Math.random() * 200,
    });
    closers.push(() => connection.close());
    return createTRPCClient<AppRouter>({ links: [wsLink({ client: connection })] });
  };
  const httpClient = (secret: string, port = front) =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `http://127.0.0.1:${port}/api/trpc`,
          headers: { 'x-foyer-visitor': secret, origin },
        }),
      ],
    });

  return {
    ports,
    instances,
    balancer,
    openClient,
    httpClient,
    /** Replaces one process by a new one, as a deployment does. @returns the old one's exit code */
    async restart(at: number): Promise<number | null> {
      const [old, port] = [instances[at], ports[at]];
      if (!old || !port) throw new Error('There is no such instance.');
      const code = await old.stop();
      instances[at] = await startInstance(port, all);
      return code;
    },
    /** Starts one that has ended. */
    async startAgain(at: number): Promise<void> {
      instances[at] = await startInstance(ports[at] ?? 0, all);
    },
    async close() {
      for (const close of closers) await Promise.resolve(close());
      for (const instance of instances) instance.kill('SIGKILL');
      await Promise.all(instances.map((instance) => instance.ended));
      await balancer.close();
    },
  };
}

export type TestInstances = Awaited<ReturnType<typeof startInstances>>;
