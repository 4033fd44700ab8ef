import { monotonicMs } from '@/server/base/monotonic';

export type Waiter = ReturnType<typeof makeWaiter>;

/** Sleeps until woken, until time is up, or until the signal aborts. A wake is never lost. */
export function makeWaiter(signal: AbortSignal) {
  let isWoken = false;
  let isAborted = signal.aborted;
  let resume: (() => void) | null = null;
  const wake = () => {
    isWoken = true;
    resume?.();
  };
  const abort = () => {
    isAborted = true;
    wake();
  };
  signal.addEventListener('abort', abort, { once: true });
  // One promise per sleep: thousands of readers sleep at once.
  const sleep = (ms: number) =>
    new Promise<boolean>((resolve) => {
      const end = (woken: boolean) => {
        clearTimeout(timer);
        resume = null;
        resolve(woken);
      };
      const timer = setTimeout(end, ms, false);
      resume = () => end(true);
    });
  return {
    wake,
    /** `signal.aborted`, for where it is asked per reader and event: the signal's own is far dearer. */
    isAborted: () => isAborted,
    /** @returns whether it was woken before `ms` were over */
    async wait(ms: number): Promise<boolean> {
      const woken = isWoken || isAborted || (await sleep(ms));
      isWoken = false;
      return woken;
    },
    /** Just time: a wake does not shorten it, an abort does. */
    async pause(ms: number): Promise<void> {
      const until = monotonicMs() + ms;
      while (!isAborted && monotonicMs() < until) await sleep(until - monotonicMs());
    },
    async untilAborted(): Promise<void> {
      while (!isAborted) await sleep(2 ** 30);
    },
  };
}

/**
 * Runs `work` until it does not fail for a passing reason any more: a database that is away for a
 * moment must not end a stream.
 * @returns null when the signal aborted first
 */
export async function patiently<T>(
  waiter: Waiter,
  options: { signal: AbortSignal; isTransient(cause: unknown): boolean },
  work: () => Promise<T>,
): Promise<T | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      if (!options.isTransient(cause)) throw cause;
      await waiter.pause(Math.min(250 * 2 ** attempt, 4_000));
      if (options.signal.aborted) return null;
    }
  }
}
