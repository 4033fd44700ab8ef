import type { ReadState, ThreadStanding } from '@/shared/thread';

/**
 * What this browser knows of the person's own states, one per thread for all lists and views. Answers
 * and events may cross: a state that was asked for before another one came never replaces it, nor does
 * an older mark replace a newer.
 */
const known = new Map<string, { readState: ReadState | null; asOf: number }>();
const listeners = new Set<() => void>();
let moment = 0;
let unreadThreads = 0;

const tellListeners = () => {
  for (const listener of listeners) listener();
};
export function onReadStates(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The moment to remember when asking: what is told as of a later one is newer. */
export const readMoment = (): number => ++moment;

/** Null where no state is kept, undefined where none was told yet. */
export const readStateOf = (threadId: string): ReadState | null | undefined => known.get(threadId)?.readState;

/** Whether news of a thread can change its number. */
export const canBeUnread = (state: ReadState | null | undefined): boolean =>
  Boolean(state?.following && !state.muted);

const isOlder = (told: ReadState | null, before: ReadState | null) =>
  told !== null &&
  before !== null &&
  (told.markVersion < before.markVersion ||
    (told.markVersion === before.markVersion && told.lastReadSeq < before.lastReadSeq));

const isSame = (a: ReadState | null, b: ReadState | null) =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.lastReadSeq === b.lastReadSeq &&
    a.markVersion === b.markVersion &&
    a.following === b.following &&
    a.muted === b.muted &&
    a.unread === b.unread &&
    a.mentions === b.mentions);

/** @param asOf `readMoment` of the question, or of the event's coming */
export function tellReadStates(told: ThreadStanding[], asOf: number): void {
  for (const { threadId, readState } of told) {
    const before = known.get(threadId);
    if (before && (asOf < before.asOf || isOlder(readState, before.readState))) continue;
    const isKnown = before !== undefined && isSame(readState, before.readState);
    known.set(threadId, { readState: isKnown ? before.readState : readState, asOf });
  }
  tellListeners();
}

/** How many threads have unread messages. */
export const unreadThreadCount = (): number => unreadThreads;
export function tellUnreadThreads(count: number): void {
  unreadThreads = count;
  tellListeners();
}

/** Another person sits here now. */
export function forgetReadStates(): void {
  known.clear();
  tellUnreadThreads(0);
}
