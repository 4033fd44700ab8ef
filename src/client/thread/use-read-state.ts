import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { onReadStates, readStateOf, unreadThreadCount } from '@/client/thread/read-states';
import { changeState, Reading } from '@/client/thread/reading';
import { trpc } from '@/client/trpc';
import { isSomebody } from '@/client/user/use-me';
import type { ReadState } from '@/shared/thread';

/** The person's own state of a thread; null where none is kept, on the server, and while it is unknown. */
export const useReadState = (threadId: string): ReadState | null =>
  useSyncExternalStore(
    onReadStates,
    () => readStateOf(threadId) ?? null,
    () => null,
  );

/** How many threads have unread messages; 0 on the server. */
export const useUnreadThreadCount = (): number =>
  useSyncExternalStore(onReadStates, unreadThreadCount, () => 0);

/** What a view of a thread needs of its reader. */
export type ReadingView = {
  /** The mark when the thread was opened: the first message after it is new. Null when there is none. */
  lastReadSeqAtOpen: number | null;
  /** How much was unread then, at most 100. */
  unreadAtOpen: number;
  /** Whether the two above are known: until then nobody can say where reading goes on. */
  isKnown: boolean;
  /**
   * Call it when a message is in view and the tab is visible and focused, as often as that happens: it
   * only grows, and tells the server once a second.
   */
  markSeen(seq: number): void;
  /** Makes the message at `seq` and all after it unread; what is in view marks nothing until the person comes back. */
  markUnread(seq: number): Promise<void>;
};

/** Reads a thread for as long as the component is mounted. */
export function useReading(threadId: string): ReadingView {
  const reading = useMemo(() => new Reading(threadId, isSomebody), [threadId]);
  useEffect(() => reading.open(), [reading]);
  const lastReadSeqAtOpen = useSyncExternalStore(onReadStates, reading.lastReadSeqAtOpen, () => null);
  const isKnown = useSyncExternalStore(onReadStates, reading.isKnown, () => false);
  const unreadAtOpen = useSyncExternalStore(onReadStates, reading.unreadAtOpen, () => 0);
  return useMemo(
    () => ({
      lastReadSeqAtOpen,
      unreadAtOpen,
      isKnown,
      markSeen: reading.markSeen,
      markUnread: reading.markUnread,
    }),
    [reading, lastReadSeqAtOpen, unreadAtOpen, isKnown],
  );
}

/** The place after the person's mark in a thread that has something unread, as far as this page knows. */
export const firstUnreadOf = (threadId: string): number | null => {
  const state = typeof window === 'undefined' ? null : readStateOf(threadId);
  return state && state.unread > 0 ? state.lastReadSeq + 1 : null;
};

/** Marks a thread read up to `seq`, whatever was marked before. */
export const markRead = (threadId: string, seq: number) =>
  changeState(() => trpc().thread.markRead.mutate({ threadId, seq }));
/** Marks a thread unread from the newest message by somebody else. */
export const markUnread = (threadId: string) =>
  changeState(() => trpc().thread.markUnread.mutate({ threadId }));
export const setFollowing = (threadId: string, following: boolean) =>
  changeState(() => trpc().thread.follow.mutate({ threadId, following }));
export const setMuted = (threadId: string, muted: boolean) =>
  changeState(() => trpc().thread.follow.mutate({ threadId, muted }));
