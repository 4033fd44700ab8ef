/** Progress, one quiet line per step. */
import { isStopping } from './lifecycle.mjs';

const isLive = process.stdout.isTTY === true && !process.env.CI;
const tty = {
  clear: '\r\u001b[K',
  green: (s) => `\u001b[32m${s}\u001b[39m`,
  red: (s) => `\u001b[31m${s}\u001b[39m`,
};
const plain = { clear: '', green: (s) => s, red: (s) => s };
const style = isLive && !process.env.NO_COLOR ? tty : { ...plain, clear: isLive ? tty.clear : '' };

/** @param {number} from a time of `performance.now()` */
export const secondsSince = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** A line of its own, such as the last one. @param {string} line */
export const say = (line) => console.log(line);

/**
 * Does `work` and prints its title with the time it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const from = performance.now();
  if (isLive) process.stdout.write(`… ${title}`);
  try {
    const result = await work();
    printDone(title, from);
    return result;
  } catch (cause) {
    if (!isStopping()) console.log(`${style.clear}${style.red('✗')} ${title}`);
    throw cause;
  }
}

/** Prints the line of a step that is done. @param {string} title @param {number} from */
export function printDone(title, from) {
  console.log(`${style.clear}${style.green('✓')} ${title} (${secondsSince(from)})`);
}

/** Prints the line of a step that failed. @param {string} title @param {number} from */
export function printFailed(title, from) {
  console.log(`${style.clear}${style.red('✗')} ${title} (${secondsSince(from)})`);
}
