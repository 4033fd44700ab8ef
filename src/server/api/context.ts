import type { Identity } from '@/server/auth/identity';
import type { Lane } from '@/server/realtime/lane';

/** One connection of a browser, as the calls that come over it see it. */
export type Connection = {
  /** Open subscriptions on it. */
  subscriptions: number;
  /** Whether it takes more right now. */
  isFree(): boolean;
  /** Resolves when it can take more. */
  drained(): Promise<void>;
  /** Runs a question when there is room for its answer: few at once, each after what was sent before is taken. */
  answer<T>(work: () => Promise<T>): Promise<T>;
  /** A way past tRPC's loop for one stream. */
  openLane(): Lane;
};

export type Context = {
  identity: Identity;
  /** Where the call came from; a page that renders on the server was counted as a page already. */
  from: 'http' | 'socket' | 'page';
  /** Null without a socket. */
  connection: Connection | null;
};
