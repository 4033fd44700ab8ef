'use client';

import { clsx } from 'clsx';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { countOf, dayOf } from '@/client/lib/format-time';
import { SeqList, type SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { rowHeightGuess } from '@/client/message/row-height';
import { MessageSlot, RowContext, RowSkeleton, type RowSetting } from '@/client/message/message-slot';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { FeedContext, outbox, useFeedState, useOutgoing } from '@/client/message/use-feed';
import { EmptyState } from '@/client/ui/empty-state';

const renderRow = (seq: number) => <MessageSlot seq={seq} />;

/** Where each thread was left, for the time this page lives. */
const left = new Map<string, { seq: number; offset: number } | 'end'>();

type Props = {
  feed: ThreadFeed;
  title: string;
  /** A place to open at and mark; null opens where the thread was left, or at its end. */
  at: number | null;
  row: Omit<RowSetting, 'markedSeq' | 'onJump'>;
};

/** A thread's messages, from the first to the last, at any place of it. */
export function MessageList({ feed, title, at, row }: Props) {
  const { timeline } = useFeedState(feed);
  const outgoing = useOutgoing(feed.threadId);
  if (!timeline) return <LoadingRows />;
  const { head } = timeline;
  if (head.seq < head.firstSeq && outgoing.length === 0)
    return (
      <EmptyState scene="threads" title="No messages yet">
        Write the first one below.
      </EmptyState>
    );
  return <LoadedList feed={feed} title={title} at={at} row={row} />;
}

function LoadedList({ feed, title, at, row }: Props) {
  const { timeline } = useFeedState(feed);
  const outgoing = useOutgoing(feed.threadId);
  const list = useRef<SeqListHandle>(null);
  const [markedSeq, setMarkedSeq] = useState(at);
  const [topSeq, setTopSeq] = useState<number | null>(null);
  const [isAtEnd, setIsAtEnd] = useState(at === null);
  const [seenSeq, setSeenSeq] = useState(timeline?.head.seq ?? 0);
  const headSeq = timeline?.head.seq ?? 0;
  const firstSeq = timeline?.head.firstSeq ?? 1;

  useEffect(() => outbox().settle(feed.threadId, headSeq), [feed, headSeq, outgoing]);
  if (isAtEnd && seenSeq !== headSeq) setSeenSeq(headSeq);

  const jump = useCallback(
    (seq: number) => {
      list.current?.scrollToSeq(seq, { align: 'center' });
      setMarkedSeq(seq);
    },
    [list],
  );
  const [openedAt, setOpenedAt] = useState(at);
  if (openedAt !== at) {
    setOpenedAt(at);
    setMarkedSeq(at);
  }
  useEffect(() => {
    if (at !== null) list.current?.scrollToSeq(at, { align: 'center' });
  }, [at]);
  useEffect(() => {
    if (markedSeq === null) return;
    const timer = setTimeout(() => setMarkedSeq(null), 2_500);
    return () => clearTimeout(timer);
  }, [markedSeq]);

  const { threadId, myId, threadHref, onStartThread } = row;
  const setting = useMemo<RowSetting>(
    () => ({ threadId, myId, threadHref, onStartThread, markedSeq, onJump: jump }),
    [threadId, myId, threadHref, onStartThread, markedSeq, jump],
  );
  const estimate = useCallback(
    (seq: number) => rowHeightGuess(feed.messageAt(seq), feed.messageAt(seq - 1)),
    [feed],
  );
  const onRange = useCallback(
    (visibleFrom: number, visibleTo: number, from: number, to: number) => {
      feed.need(from, to);
      setTopSeq(visibleFrom);
      const handle = list.current;
      if (handle) left.set(feed.threadId, handle.isAtEnd() ? 'end' : handle.anchor());
    },
    [feed],
  );
  // My own new message is what I want to see: going to it is not the list moving by itself.
  const sentCount = useRef(outgoing.length);
  useEffect(() => {
    if (outgoing.length > sentCount.current) list.current?.scrollToEnd();
    sentCount.current = outgoing.length;
  }, [outgoing.length]);

  if (!timeline) return null;
  const top = topSeq === null || isAtEnd ? undefined : feed.messageAt(Math.min(topSeq, headSeq));
  const unseen = headSeq - seenSeq;
  return (
    <FeedContext value={feed}>
      <RowContext value={setting}>
        <div className="relative h-full">
          <SeqList
            ref={list}
            id="messages"
            aria-label={`Messages of ${title}`}
            first={firstSeq}
            last={headSeq + outgoing.length}
            renderRow={renderRow}
            estimateHeight={estimate}
            initial={at === null ? (left.get(feed.threadId) ?? 'end') : { seq: at, align: 'center' }}
            onRangeChange={onRange}
            onAtEndChange={setIsAtEnd}
            paddingStart={8}
            paddingEnd={8}
            className="h-full"
            contentClassName="mx-auto max-w-240"
          />
          <FloatingDay iso={top?.createdAt ?? null} />
          {!isAtEnd && (
            <button
              type="button"
              onClick={() => list.current?.scrollToEnd()}
              className="absolute right-5 bottom-3 flex h-9 items-center gap-1.5 rounded-full border bg-raised px-3.5 text-sm font-medium shadow-float transition-transform duration-150 active:scale-97 max-md:h-11"
            >
              <ArrowDown size={15} aria-hidden />
              {unseen > 0 ? `${countOf(unseen)} new` : 'Latest'}
            </button>
          )}
        </div>
      </RowContext>
    </FeedContext>
  );
}

const dayShownMs = 1_400;

/** The day of the topmost message, while it changes: at rest the separators say it. */
function FloatingDay({ iso }: { iso: string | null }) {
  const [shownFor, setShownFor] = useState<string | null>(null);
  const first = useRef(iso);
  useEffect(() => {
    if (iso === first.current) return;
    first.current = iso;
    setShownFor(iso);
    const timer = setTimeout(() => setShownFor(null), dayShownMs);
    return () => clearTimeout(timer);
  }, [iso]);
  return (
    <div
      aria-hidden
      className={clsx(
        'pointer-events-none absolute top-2 left-1/2 -translate-x-1/2 rounded-full border bg-raised px-3 py-0.5 text-xs font-medium text-soft shadow-float transition-opacity duration-150',
        !shownFor && 'opacity-0',
      )}
    >
      {iso && dayOf(iso)}
    </div>
  );
}

function LoadingRows() {
  return (
    <div
      className="mx-auto flex h-full max-w-240 late flex-col justify-end overflow-hidden pb-3"
      aria-label="Loading messages"
      role="status"
    >
      {Array.from({ length: 9 }, (_, i) => (
        <RowSkeleton key={i} seq={i * 3} />
      ))}
    </div>
  );
}
