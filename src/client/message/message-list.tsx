'use client';

import { clsx } from 'clsx';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useIsCompact } from '@/client/density';
import { countOf } from '@/client/lib/format-time';
import { SeqList, type SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { useHydrated } from '@/client/lib/use-hydrated';
import { Announcer } from '@/client/message/announcer';
import { FloatingDay, makeTopPlace } from '@/client/message/floating-day';
import { MessageSlot, RowContext, RowSkeleton, type RowSetting } from '@/client/message/message-slot';
import { HoldRowContext } from '@/client/message/foldable-text';
import { keepReadingPlace } from '@/client/message/reading-place';
import { rowHeightGuess, useLineChars } from '@/client/message/row-height';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { FeedContext, useFeedState } from '@/client/message/use-feed';
import { outbox, useOutgoing } from '@/client/message/use-outbox';
import { focusableRow, useRowKeys } from '@/client/message/use-row-keys';
import { NewAbove } from '@/client/message/new-above';
import { listId, useOpening, type ReadingOfList } from '@/client/message/use-opening';
import { usePressedMessage } from '@/client/message/use-pressed-message';
import { useOfferedActions } from '@/client/actions';
import { pageSize } from '@/shared/limits';
import { EmptyState } from '@/client/ui/empty-state';

const renderRow = (seq: number) => <MessageSlot seq={seq} />;

type Props = {
  feed: ThreadFeed;
  title: string;
  /** A place to open at and mark; null opens where the thread was left, or at its end. */
  at: number | null;
  row: Omit<RowSetting, 'markedSeq' | 'newSeq' | 'unreadAtOpen' | 'onJump'>;
  reading: ReadingOfList;
  list: RefObject<SeqListHandle | null>;
};

/** A thread's messages, from the first to the last, at any place of it. */
export function MessageList(props: Props) {
  const { timeline } = useFeedState(props.feed);
  const outgoing = useOutgoing(props.feed.threadId);
  if (!timeline) return <LoadingRows />;
  const { head } = timeline;
  if (head.seq < head.firstSeq && outgoing.length === 0)
    return (
      <EmptyState scene="threads" title="No messages yet">
        Write the first one below.
      </EmptyState>
    );
  return <LoadedList {...props} firstSeq={head.firstSeq} headSeq={head.seq} />;
}

function LoadedList({
  feed,
  title,
  at,
  row,
  reading,
  list,
  firstSeq,
  headSeq,
}: Props & { firstSeq: number; headSeq: number }) {
  const outgoing = useOutgoing(feed.threadId);
  const isHydrated = useHydrated();
  const [top] = useState(makeTopPlace);
  const [isAtEnd, setIsAtEnd] = useState(at === null);
  const [seenSeq, setSeenSeq] = useState(headSeq);
  if (isAtEnd && seenSeq !== headSeq) setSeenSeq(headSeq);
  useEffect(() => outbox().settle(feed.threadId, headSeq), [feed, headSeq, outgoing]);

  // What came while the thread was open is not marked: it was seen to come.
  const [openedHeadSeq] = useState(headSeq);
  const { lastReadSeqAtOpen, unreadAtOpen, markSeen } = reading;
  const newSeq = firstNew(feed, { after: lastReadSeqAtOpen, until: openedHeadSeq, myId: row.myId });
  const opening = useOpening({ feed, list, at, reading, newSeq });
  const { initial, markedSeq, onJump, goToNew, isSettled, onTouch } = opening;
  const lastInView = useRef(0);
  const see = useCallback(() => {
    if (isSettled && lastInView.current > 0 && document.visibilityState === 'visible' && document.hasFocus())
      markSeen(lastInView.current);
  }, [markSeen, isSettled]);
  useEffect(see, [see]);
  useEffect(() => {
    window.addEventListener('focus', see);
    return () => window.removeEventListener('focus', see);
  }, [see]);
  // `row` is stable; what the list adds to it changes only with a mark.
  const setting = useMemo<RowSetting>(
    () => ({ ...row, markedSeq, newSeq, unreadAtOpen, onJump }),
    [row, markedSeq, newSeq, unreadAtOpen, onJump],
  );
  const root = useRef<HTMLDivElement>(null);
  const isCompact = useIsCompact();
  const lineChars = useLineChars(root, isCompact);
  const estimate = useCallback(
    (seq: number) => rowHeightGuess(feed.messageAt(seq), feed.messageAt(seq - 1), { lineChars, isCompact }),
    [feed, lineChars, isCompact],
  );
  const onRangeChange = useCallback(
    (visibleFrom: number, visibleTo: number, from: number, to: number) => {
      feed.need(from, to);
      top.set(visibleFrom);
      lastInView.current = Math.min(visibleTo, headSeq);
      see();
    },
    [feed, top, headSeq, see],
  );
  const onRest = useCallback(() => {
    const handle = list.current;
    if (handle) keepReadingPlace(feed.threadId, handle.isAtEnd() ? 'end' : handle.anchor());
  }, [feed, list]);
  const holdRow = useCallback(
    (inside: HTMLElement, isShrinking: boolean) => {
      const held = inside.closest<HTMLElement>('[data-seq]');
      if (!held || !root.current) return;
      const offset = held.getBoundingClientRect().top - root.current.getBoundingClientRect().top;
      list.current?.scrollToSeq(Number(held.dataset['seq']), {
        offset: isShrinking ? Math.max(offset, 0) : offset,
      });
    },
    [list],
  );
  const actions = useMemo(
    () =>
      newSeq === null
        ? []
        : [
            {
              id: 'thread.new',
              label: 'Go to the first new message',
              group: 'This thread',
              key: 'n',
              run: goToNew,
            },
          ],
    [newSeq, goToNew],
  );
  useOfferedActions(actions);
  const onKeyDown = useRowKeys({ feed, list, setting, firstSeq, lastSeq: headSeq });
  const unseen = headSeq - seenSeq;
  const sheet = usePressedMessage(root, feed, setting);
  return (
    <FeedContext value={feed}>
      <RowContext value={setting}>
        <HoldRowContext value={holdRow}>
          {/* Keys that bubble from the rows: each row can have the focus. */}
          {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the rows are what is focused */}
          <div
            ref={root}
            data-placing
            suppressHydrationWarning
            className={clsx(
              'relative h-full [-webkit-touch-callout:none] pointer-coarse:select-none',
              !isHydrated && at !== null && 'awaits-place',
            )}
            onKeyDown={onKeyDown}
            onKeyDownCapture={onTouch}
            onPointerDownCapture={onTouch}
            onTouchStartCapture={onTouch}
            onWheelCapture={onTouch}
          >
            <SeqList
              ref={list}
              id={listId}
              initialRows={at === null ? undefined : pageSize}
              aria-label={`Messages of ${title}`}
              first={firstSeq}
              last={headSeq + outgoing.length}
              renderRow={renderRow}
              estimateHeight={estimate}
              initial={initial}
              onRangeChange={onRangeChange}
              onAtEndChange={setIsAtEnd}
              onRest={onRest}
              getRowProps={focusableRow}
              className="h-full"
              contentClassName="mx-auto max-w-240"
            />
            <FloatingDay feed={feed} top={top} />
            <Announcer feed={feed} myId={row.myId} isListening={isAtEnd} />
            {sheet}
            {newSeq !== null && isSettled && (
              <NewAbove key={newSeq} newSeq={newSeq} count={unreadAtOpen} top={top} onGo={goToNew} />
            )}
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
        </HoldRowContext>
      </RowContext>
    </FeedContext>
  );
}

/** The first message after the mark that is not one's own; null when everything was read. */
function firstNew(
  feed: ThreadFeed,
  { after, until, myId }: { after: number | null; until: number; myId: string | null },
): number | null {
  if (after === null) return null;
  for (let seq = after + 1; seq <= until; seq++) if (feed.messageAt(seq)?.author.id !== myId) return seq;
  return null;
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
