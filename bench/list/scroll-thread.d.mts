import type { Page } from '@playwright/test';

/** Of frames or tasks: how many took more than 50 ms, and the longest. */
type Times = { long: number; worstMs: number };

export type Scrolled = {
  openedMs: number;
  /** Turns of the wheel, and frames as the page counted them. */
  events: number;
  frames: number;
  /** Frames without any row in the middle. */
  blankFrames: number;
  /** Rows that were in view without their message; the longest; over the time its page took. */
  blanks: {
    blanks: number;
    blankMs: number;
    overMs: number;
    pages: number;
    medianMs: number;
    slowestMs: number;
  };
  /** Px that rows moved otherwise than what was scrolled, at most, from frame to frame. */
  worstJump: number;
  maxRows: number;
  tracedFrames: number;
  frameCpu: Times;
  frameWall: Times;
  taskCpu: Times;
  taskWall: Times;
  /** As the page itself was told by the browser. */
  toldLongTasks: number;
  toldLongFrames: number;
  worstGapMs: number;
  /** MB after a forced collection. */
  heapBefore: number;
  heapAfter: number;
};

export function scrollThread(
  page: Page,
  how: { address: string; seq: number; seconds: number },
): Promise<Scrolled>;
