/**
 * A stream's own way to its reader's socket. tRPC's loop costs a dozen promises per event and reader; a
 * stream that sleeps, and knows that it may, sends the same frame by itself, in the same order: it does so
 * only between two turns of the loop.
 */
export type Lane = {
  /**
   * Marks the first event that the stream yields: by its frame the lane learns the number of the call
   * that it answers. Until then it is closed.
   */
  opening<T extends object>(event: T): T;
  /** Whether the connection takes an event now. */
  isOpen(): boolean;
  /** Sends a tracked event, as a `yield` would. Only while the lane is open. */
  send(cursor: string, event: object): void;
};
