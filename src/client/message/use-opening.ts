import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { useHydrated } from '@/client/lib/use-hydrated';
import { takeTopBeforeHydration } from '@/client/message/centre-before-paint';
import { readingPlaceOf } from '@/client/message/reading-place';
import type { ThreadFeed } from '@/client/message/thread-feed';

const markedMs = 2_500;
/** What is new begins a third down: above it stands what was read before. */
const newAtShare = 1 / 3;
export const listId = 'messages';

/** What the person has read here: the mark at opening, and how to move it. */
export type ReadingOfList = {
  lastReadSeqAtOpen: number | null;
  unreadAtOpen: number;
  isKnown: boolean;
  markSeen(seq: number): void;
};

type Options = {
  feed: ThreadFeed;
  list: RefObject<SeqListHandle | null>;
  /** The place of the URL; null opens at what is new, where the thread was left, or at its end. */
  at: number | null;
  reading: ReadingOfList;
  /** The first message that was new at opening, and where the thread stood then. */
  newSeq: number | null;
};

/**
 * Where the list opens, and the places that it is sent to: the URL's, those of replies, and what is new.
 * When only the server knows what is new, the list goes there once it has said so, unless the person has
 * done anything here by then: what they look at never moves by itself.
 */
export function useOpening({ feed, list, at, reading, newSeq }: Options) {
  const opensAtNew = newSeq !== null && reading.unreadAtOpen > 0;
  const isHydrated = useHydrated();
  const [wasRendered] = useState(!isHydrated);
  const [initial] = useState(() => {
    if (at !== null) return { seq: at, align: 'center' as const };
    // The server knows no reading place: its rows stand at the end until hydration is over.
    if (!isHydrated) return 'end' as const;
    return opensAtNew ? { seq: newSeq, offset: newOffset() } : readingPlaceOf(feed.threadId);
  });
  const [openedAt, setOpenedAt] = useState(at);
  const [markedSeq, setMarkedSeq] = useState(at);
  if (openedAt !== at) {
    setOpenedAt(at);
    setMarkedSeq(at);
  }
  const isOpening = useRef(true);
  useLayoutEffect(() => {
    const openedTop = isOpening.current && wasRendered ? takeTopBeforeHydration(listId) : null;
    isOpening.current = false;
    if (at !== null)
      list.current?.scrollToSeq(at, openedTop === null ? { align: 'center' } : { offset: openedTop });
    else if (wasRendered) {
      const place = readingPlaceOf(feed.threadId);
      if (place !== 'end') list.current?.scrollToSeq(place.seq, { offset: place.offset });
    }
  }, [at, wasRendered, feed, list]);
  useEffect(() => {
    if (markedSeq === null) return;
    const timer = setTimeout(() => setMarkedSeq(null), markedMs);
    return () => clearTimeout(timer);
  }, [markedSeq]);
  const onJump = useCallback(
    (seq: number) => {
      list.current?.scrollToSeq(seq, { align: 'center' });
      setMarkedSeq(seq);
    },
    [list],
  );
  const goToNew = useCallback(() => {
    if (newSeq !== null) list.current?.scrollToSeq(newSeq, { offset: newOffset() });
  }, [list, newSeq]);

  // Until it is settled where reading goes on, what stands in view was not read.
  const [isSettled, setIsSettled] = useState(at !== null || (isHydrated && reading.isKnown));
  const isTouched = useRef(false);
  useLayoutEffect(() => {
    if (isSettled || !reading.isKnown) return;
    if (!isTouched.current && opensAtNew) goToNew();
    setIsSettled(true);
  }, [isSettled, reading.isKnown, opensAtNew, goToNew]);
  const onTouch = useCallback(() => {
    isTouched.current = true;
  }, []);
  return { initial, markedSeq, onJump, goToNew, isSettled, onTouch };
}

/** Px from the view's top to where what is new begins; the list may not be drawn yet. */
const newOffset = (): number =>
  Math.round((document.querySelector(`#${listId}`)?.clientHeight ?? window.innerHeight - 160) * newAtShare);
