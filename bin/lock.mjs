/** Locks made of one file: who holds it, and is that process still there. */
import fs from 'node:fs';
import path from 'node:path';
import { isSameProcess, markOf, sleep } from './process.mjs';

/** A lock file that is still empty after this time was left by a process that died over it. */
const writingMs = 2_000;
const takeoverMs = 10_000;

/**
 * Takes the lock, or tells who has it. A lock whose process is gone, or whose pid now belongs to
 * another program, is taken over.
 * @param {string} file
 * @param {object} [details] what others shall know of the holder
 * @returns {{ lock: { update: (details: object) => void, release: () => void }, left?: object } | { holder: object }}
 *   left: what the dead holder had written
 */
export function tryLock(file, details = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own = markOf(process.pid);
  let left;
  for (;;) {
    if (create(file, { ...own, ...details })) return { lock: handle(file, own), left };
    const holder = read(file);
    if (holder === 'being written') pause(20);
    else if (holder && isSameProcess(holder)) return { holder };
    else if (holder !== undefined) left = removeStale(file) ?? left;
  }
}

/**
 * Does `work` while holding the lock, waiting for others first.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  let taken = tryLock(file);
  for (; 'holder' in taken; taken = tryLock(file)) await sleep(100);
  try {
    return await work();
  } finally {
    taken.lock.release();
  }
}

/** @param {string} file @returns {object | null} the living holder of the lock */
export function holderOf(file) {
  const holder = read(file);
  return holder && holder !== 'being written' && isSameProcess(holder) ? holder : null;
}

function create(file, record) {
  let fd;
  try {
    fd = fs.openSync(file, 'wx', 0o600); // of two at the same moment, one gets EEXIST
  } catch (cause) {
    if (cause.code === 'EEXIST') return false;
    throw cause;
  }
  try {
    fs.writeSync(fd, JSON.stringify(record));
    return true;
  } catch (cause) {
    fs.rmSync(file, { force: true });
    throw cause;
  } finally {
    fs.closeSync(fd);
  }
}

function handle(file, own) {
  const isOwn = () => {
    const record = read(file);
    return record?.pid === own.pid && record.started === own.started;
  };
  return {
    update(details) {
      if (!isOwn()) return;
      fs.writeFileSync(`${file}.next`, JSON.stringify({ ...read(file), ...details }), { mode: 0o600 });
      fs.renameSync(`${file}.next`, file);
    },
    release() {
      if (isOwn()) fs.rmSync(file, { force: true });
    },
  };
}

/** @returns {object | null | undefined | 'being written'} undefined: no file, null: not readable as a record */
function read(file) {
  try {
    const text = fs.readFileSync(file, 'utf8');
    if (text) return JSON.parse(text);
    return Date.now() - fs.statSync(file).mtimeMs < writingMs ? 'being written' : null;
  } catch (cause) {
    return cause.code === 'ENOENT' ? undefined : null;
  }
}

/** Two may find the same stale lock: a second lock around the removal keeps them from removing a new one. */
function removeStale(file) {
  const guard = `${file}.takeover`;
  if (!create(guard, markOf(process.pid))) {
    const age = Date.now() - (fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > takeoverMs) fs.rmSync(guard, { force: true });
    else pause(20);
    return undefined;
  }
  try {
    const holder = read(file);
    if (holder === undefined || holder === 'being written' || (holder && isSameProcess(holder)))
      return undefined;
    fs.rmSync(file, { force: true });
    return holder ?? undefined;
  } finally {
    fs.rmSync(guard, { force: true });
  }
}

/** Blocks for a moment, so that `tryLock` needs no await between its look and its take. */
function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
