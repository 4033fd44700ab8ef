/** A Redis for tests and for several instances on one machine: an installed one, else the system's package. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { defer } from './lifecycle.mjs';
import { doesAnswer, freePort } from './port.mjs';
import { runToEnd, sleep } from './process.mjs';
import { say, step } from './steps.mjs';
import { UserError } from './user-error.mjs';

const installMs = 3 * 60_000;
const startMs = 10_000;

/** @returns {string | null} path of a redis-server or valkey-server */
export function findRedis() {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'];
  const places = folders
    .filter(Boolean)
    .flatMap((folder) => ['redis-server', 'valkey-server'].map((name) => path.join(folder, name)));
  return places.find((place) => fs.existsSync(place)) ?? null;
}

/** For the tests: installs one where that can be done, and says so where it cannot. */
export async function ensureRedis() {
  if (findRedis()) return;
  if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get'))
    await step('Redis for the tests', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const options = { quiet: true, env, timeout: installMs };
      await runToEnd('apt-get', ['update'], options).catch(() => null);
      // The tests start their own: the package's service may stay off.
      await runToEnd('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], options).catch(
        () => null,
      );
    });
  if (!findRedis())
    say(
      '! There is no redis-server here, so the tests that need one are left out. Install Redis or Valkey to run them.',
    );
}

/**
 * Starts a Redis of our own on a free port of this machine; it keeps nothing and ends with the command.
 * @returns {Promise<string | null>} its URL; null when none is installed
 */
export async function startRedis() {
  const program = findRedis();
  if (!program) return null;
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String);
  // Detached, so that the terminal's Ctrl-C reaches the instances first.
  const child = spawn(program, args, { stdio: 'ignore', detached: process.platform !== 'win32' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await ended;
  });
  for (const until = Date.now() + startMs; !(await doesAnswer('127.0.0.1', port));) {
    if (child.exitCode !== null || Date.now() > until) throw new UserError(`${program} did not start.`);
    await sleep(50);
  }
  return `redis://127.0.0.1:${port}`;
}
