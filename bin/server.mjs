/** The server as a child process that outlives a Ctrl-C until it has drained. */
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** The server's own deadline is 15 s. */
const drainMs = 20_000;

/**
 * Starts the server. It has a process group of its own, so that the terminal's Ctrl-C reaches only us;
 * it learns over the IPC channel when we are gone.
 * @param {string[]} args of node
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ pid: number, ready: Promise<string>, adminUrl: Promise<string>, ended: Promise<{ code: number | null, signal: string | null }>,
 *   stop: (options?: { deadlineMs?: number }) => Promise<void>, force: () => void }} ready: its URL; never
 *   settles when it ends before
 */
export function startServer(args, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    cwd: root,
    env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = new Promise((resolve) => {
    child.on('message', (message) => message?.type === 'ready' && resolve(message.url));
  });
  const adminUrl = new Promise((resolve) => {
    child.on('message', (message) => message?.type === 'admin' && resolve(message.url));
  });
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve({ code: 1, signal: null }));
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  let stopping;
  return {
    pid: child.pid,
    ready,
    adminUrl,
    ended,
    force: () => void child.kill('SIGKILL'),
    stop({ deadlineMs = drainMs } = {}) {
      stopping ??= (async () => {
        // Windows knows no SIGTERM: there the closed channel is the sign.
        if (process.platform !== 'win32') child.kill('SIGTERM');
        else if (child.connected) child.disconnect();
        const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
        await ended;
        clearTimeout(deadline);
      })();
      return stopping;
    },
  };
}

/** @param {{ code: number | null, signal: string | null }} end @returns {string} how it ended, in words */
export const describeEnd = ({ code, signal }) => (signal ? `signal ${signal}` : `exit code ${code}`);
