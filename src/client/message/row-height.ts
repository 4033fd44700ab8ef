import { useEffect, useState, type RefObject } from 'react';
import { foldButtonPx, foldedPx, isFolded } from '@/client/message/message-fold';
import { continuesGroup } from '@/client/message/message-group';
import type { MessageView } from '@/shared/message';

const linePx = 22;
const charPx = 7;
/** Of the last line, for the time. */
const metaChars = 7;
const listMaxPx = 960;
/** As in the row's own classes: its sides, and how much of the rest is a message's on a phone. */
const [rowSidesPx, phoneShare, phoneMaxPx] = [32, 0.88, 767];
/** The sides of a message's text, its share of a wide row, what is above and below it, and above a new author's. */
const bubbles = { sidesPx: 24, wideShare: 0.7, paddingPx: 12, nextPx: 2, firstPx: 30 };
const rows = { sidesPx: 4, wideShare: 0.8, paddingPx: 0, nextPx: 0, firstPx: 26 };
const lookOf = (isCompact: boolean) => (isCompact ? rows : bubbles);

/** How messages look where heights are guessed. */
export type RowLook = { lineChars: number; isCompact: boolean };

/** How many characters stand in a line of a message, in a list of this width, px. */
export function lineCharsIn(listPx: number, isPhone: boolean, isCompact = false): number {
  const { sidesPx, wideShare } = lookOf(isCompact);
  const rowPx = Math.min(listPx, listMaxPx) - rowSidesPx;
  return Math.max(10, Math.floor((rowPx * (isPhone ? phoneShare : wideShare) - sidesPx) / charPx));
}

/** Characters of a line in the list inside this element, as wide as it is now. */
export function useLineChars(root: RefObject<HTMLElement | null>, isCompact: boolean): number {
  const [chars, setChars] = useState(76);
  useEffect(() => {
    if (!root.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0)
        setChars(lineCharsIn(entry.contentRect.width, window.innerWidth <= phoneMaxPx, isCompact));
    });
    observer.observe(root.current);
    return () => observer.disconnect();
  }, [root, isCompact]);
  return chars;
}

/** A guess of a row's height before it is measured, px; close enough that little is drawn twice. */
export function rowHeightGuess(
  message: MessageView | undefined,
  previous: MessageView | undefined,
  { lineChars, isCompact }: RowLook,
): number {
  if (!message) return 62;
  // By the days of UTC: the reader's own cost more than the guess is worth.
  const isNewDay = previous?.createdAt.slice(0, 10) !== message.createdAt.slice(0, 10);
  const day = previous && isNewDay ? 40 : 0;
  if (message.kind !== 'text') return 24 + day;
  const lines = message.text.split('\n');
  const last = (lines.pop()?.length ?? 0) + metaChars;
  let count = Math.ceil(last / lineChars);
  for (const line of lines) count += Math.max(1, Math.ceil(line.length / lineChars));
  const words = isFolded(message.id, message.text) ? foldedPx + foldButtonPx : count * linePx;
  const { paddingPx, nextPx, firstPx } = lookOf(isCompact);
  const bubble = words + paddingPx + (message.replyTo ? 40 : 0) + (message.thread ? 32 : 0);
  const reactions = message.reactions.length > 0 ? 30 : 0;
  return day + bubble + reactions + (continuesGroup(message, previous) ? nextPx : firstPx);
}
