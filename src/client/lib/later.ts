import { useEffect, useSyncExternalStore } from 'react';
import { reconnectDelayMs } from '@/client/lib/retry-delay';

/** Code that is no part of the first load: fetched once, when somebody is about to want it. */
export class Later<Code> {
  private code: Code | null = null;
  private loading: Promise<Code> | undefined;
  private waiting = 0;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly fetchCode: () => Promise<Code>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Null until it is there. */
  readonly get = (): Code | null => this.code;

  /** @throws when it cannot be fetched now; the next call tries again */
  load(): Promise<Code> {
    this.loading ??= this.fetchCode().then(
      (code) => {
        this.code = code;
        for (const listener of this.listeners) listener();
        return code;
      },
      (cause: unknown) => {
        this.loading = undefined;
        throw cause;
      },
    );
    return this.loading;
  }

  /** Fetches it ahead. That this failed is nobody's concern: whoever wants it asks again. */
  readonly preload = (): void => {
    this.load().catch(() => undefined);
  };

  /** Fetches it, again and again until it is there or nobody waits for it. Returns what ends the waiting. */
  wait(): () => void {
    this.waiting++;
    this.tryOn();
    return () => {
      this.waiting--;
    };
  }

  private tryOn(): void {
    this.load().catch(() => {
      if (this.retry || this.waiting === 0) return;
      this.retry = setTimeout(() => {
        this.retry = undefined;
        if (this.waiting > 0) this.tryOn();
      }, reconnectDelayMs(this.failures++));
    });
  }
}

const nothing = () => null;

/** The code once it is there; who else asked for it does not matter. */
export const useLoaded = <Code>(later: Later<Code>): Code | null =>
  useSyncExternalStore(later.subscribe, later.get, nothing);

/** The code once it is there, for those who want it: it is fetched for them. */
export function useLater<Code>(later: Later<Code>, isWanted: boolean): Code | null {
  useEffect(() => (isWanted ? later.wait() : undefined), [later, isWanted]);
  // Whoever does not want it is not drawn anew when it comes.
  return useSyncExternalStore(later.subscribe, isWanted ? later.get : nothing, nothing);
}
