import type { Identity } from '@/server/auth/identity';

/** One connection of a browser, as the calls that come over it see it. */
export type Connection = {
  /** Open subscriptions on it. */
  subscriptions: number;
  /** Resolves when it can take more. */
  drained(): Promise<void>;
};

export type Context = {
  identity: Identity;
  /** Null for a plain HTTP call. */
  connection: Connection | null;
};
