/** Processes: is one alive, is it still the same, run one to its end. Node built-ins only. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** Programs that run for us now; they end when we are told to. */
const running = new Set();
let isEnding = false;

/** @param {number} pid */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return cause.code === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z'; // ended, but nobody has asked for its exit code yet
}

/**
 * A mark that differs when the same pid belongs to another process later.
 * @param {number} pid
 * @returns {string | null} null where this system does not tell
 */
export function identityOf(pid) {
  const stat = statOf(pid);
  if (stat) return `${readOrEmpty('/proc/sys/kernel/random/boot_id').trim()}/${stat.started}`;
  if (process.platform === 'win32') return null;
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || null;
}

/**
 * @param {number} pid
 * @returns {string | null} its command line; null where this system does not tell
 */
export function commandOf(pid) {
  const line = readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  if (line) return line;
  if (process.platform === 'win32') return null;
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || null;
}

/** @param {{ pid: number, started: string | null } | undefined} known as written by `ownMark` or `markOf` */
export const isSameProcess = (known) =>
  Boolean(known) && isAlive(known.pid) && (!known.started || identityOf(known.pid) === known.started);

/** @param {number} pid */
export const markOf = (pid) => ({ pid, started: identityOf(pid) });

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options] those of `spawn`, and `quiet`: keep the output, and give it back
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runToEnd(command, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    if (isEnding) return;
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, { stdio, ...options });
    running.add(child);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      // A program that was told to end did not fail, and nothing comes after it.
      if (!isEnding) resolve({ code: code ?? 1, output });
    });
  });
}

/** Ends what `runToEnd` runs, and lets it start nothing more. */
export async function endRunning() {
  isEnding = true;
  const ends = [...running].map((child) => {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
    return new Promise((resolve) => child.once('exit', resolve)).then(() => clearTimeout(force));
  });
  await Promise.all(ends);
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function statOf(pid) {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  if (!text) return null;
  // The second field, the name, may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], started: fields[19] };
}

function readOrEmpty(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
