/** From the first signal to the exit: one place that knows what must be undone. */
import { endRunning } from './process.mjs';
import { knownCause, UserError } from './user-error.mjs';

const undo = [];
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** npm passes on a Ctrl-C that the terminal has already sent to everybody: those two are one. */
const sameKeyMs = 700;
let firstAt = 0;
let presses = 0;
let onStop = null;

/**
 * @param {() => unknown} work what to undo at the end, whatever the end is; last come, first undone
 */
export function defer(work) {
  undo.push(work);
}

/** How much there is to undo now, for `cleanUp`. */
export const undoDepth = () => undo.length;

/**
 * Undoes everything, once; a failure there is told but does not hold up the rest.
 * @param {number} [depth] only what was deferred after that depth
 */
export async function cleanUp(depth = 0) {
  while (undo.length > depth) {
    try {
      await undo.pop()();
    } catch (cause) {
      console.error(sentenceFor(cause));
    }
  }
}

/**
 * Gives signals to a running server instead of ending at once.
 * @param {((press: number) => void) | null} handler told 1 for the first signal, 2 for the second
 */
export function handleStop(handler) {
  onStop = handler;
}

/** Whether a signal has asked us to stop. */
export const isStopping = () => presses > 0;

export function listenForSignals() {
  // A closed terminal or pipe must not turn a clean stop into a crash.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => take(code));
}

function take(code) {
  const now = Date.now();
  if (presses > 0 && now - firstAt < sameKeyMs) return;
  firstAt = now;
  presses += 1;
  if (presses > 2) process.exit(code);
  if (onStop) onStop(presses);
  else if (presses === 1)
    void endRunning()
      .then(cleanUp)
      .finally(() => process.exit(code));
}

/** @param {unknown} cause @returns {string} what a person is told about it */
export function sentenceFor(cause) {
  if (cause instanceof UserError) return cause.message;
  const known = knownCause(`${cause?.code ?? ''} ${cause?.message ?? ''}`);
  return known ?? String(cause?.stack ?? cause);
}
