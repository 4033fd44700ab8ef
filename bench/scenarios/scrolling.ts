import type { Browser } from '@playwright/test';
import type { Row } from '../core/result';
import { scrollThread, type Scrolled } from '../list/scroll-thread.mjs';

/** Scrolls from the middle of a thread, in a context of its own. */
export async function measureScrolling(
  chrome: Browser,
  { address, size, seconds }: { address: string; size: number; seconds: number },
): Promise<Scrolled> {
  const context = await chrome.newContext({ viewport: { width: 1_440, height: 900 } });
  try {
    // What compiles these files names functions by a helper that the page does not have.
    await context.addInitScript('globalThis.__name ??= (work) => work');
    return await scrollThread(await context.newPage(), { address, seq: Math.floor(size / 2), seconds });
  } finally {
    await context.close();
  }
}

/** Counts are of the whole scrolling. Processor time leaves out what else the machine did; the wall does not. */
export function scrollingRows(traces: Scrolled[], seconds: number): Row[] {
  const row = (what: string, unit: string, of: (trace: Scrolled) => number, target?: Row['target']): Row => ({
    id: target ? 'B2' : '',
    what: `${seconds} s of scrolling: ${what}`,
    unit,
    subject: 'foyer',
    rounds: traces.map(of),
    ...(target && { target }),
  });
  const none = { atMost: 0 };
  return [
    row('frames', '', ({ tracedFrames }) => tracedFrames),
    row('frames over 50 ms of processor time', '', ({ frameCpu }) => frameCpu.long, none),
    row('worst frame, processor time', 'ms', ({ frameCpu }) => frameCpu.worstMs, { atMost: 50 }),
    row('frames over 50 ms by the wall', '', ({ frameWall }) => frameWall.long, none),
    row('worst frame by the wall', 'ms', ({ frameWall }) => frameWall.worstMs),
    row('rows blank in view', '', ({ blanks }) => blanks.blanks, none),
    row('frames with nothing in view', '', ({ blankFrames }) => blankFrames, none),
    row('jump against the scrolling', 'px', ({ worstJump }) => Math.round(worstJump * 100) / 100, none),
    row('growth of the heap', 'MB', ({ heapAfter, heapBefore }) => heapAfter - heapBefore, { atMost: 5 }),
  ];
}
