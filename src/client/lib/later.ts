import { useEffect, useSyncExternalStore } from 'react';

/** Code that is no part of the first load: fetched once, when somebody is about to want it. */
export class Later<Code> {
  private code: Code | null = null;
  private loading: Promise<Code> | undefined;
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
}

const nothing = () => null;

/** The code once it is there. It is fetched when it is wanted; where that fails, the next who wants it tries again. */
export function useLater<Code>(later: Later<Code>, isWanted: boolean): Code | null {
  const code = useSyncExternalStore(later.subscribe, later.get, nothing);
  useEffect(() => {
    if (isWanted) later.preload();
  }, [later, isWanted]);
  return code;
}
