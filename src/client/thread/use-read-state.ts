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
  return useMemo(
    () => ({ lastReadSeqAtOpen, markSeen: reading.markSeen, markUnread: reading.markUnread }),
    [reading, lastReadSeqAtOpen],
  );
}

/** Marks a thread read up to `seq`, whatever was marked before. */
export const markRead = (threadId: string, seq: number) =>
  changeState(() => trpc().thread.markRead.mutate({ threadId, seq }));
/** Marks a thread unread from the newest message by somebody else. */
export const markUnread = (threadId: string) =>
  changeState(() => trpc().thread.markUnread.mutate({ threadId }));
export const setMuted = (threadId: string, muted: boolean) =>
  changeState(() => trpc().thread.follow.mutate({ threadId, muted }));
