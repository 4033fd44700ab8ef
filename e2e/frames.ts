import type { Page } from '@playwright/test';

/** A row as one frame showed it; px from the viewport's top. */
export type FrameRow = { seq: number; top: number; bottom: number; text: string; isMessage: boolean };
export type Frame = {
  ms: number;
  /** The most rows that the DOM held since the last frame, in view or not. */
  most: number;
  view: { top: number; bottom: number };
  /** Those in view. */
  rows: FrameRow[];
};

declare global {
  interface Window {
    recordedFrames?: Frame[];
  }
}

/**
 * Notes at every frame which rows the page shows and where, from now on and from the start of every
 * page to come.
 */
export async function recordFrames(page: Page): Promise<void> {
  await page.addInitScript(record);
  await page.evaluate(record);
}

/** What was noted since recording began or since the last call. */
export async function framesOf(page: Page): Promise<Frame[]> {
  return page.evaluate(() => window.recordedFrames?.splice(0) ?? []);
}

function record(): void {
  if (window.recordedFrames) return;
  const frames: Frame[] = (window.recordedFrames = []);
  let most = 0;
  const count = () => (most = Math.max(most, document.querySelectorAll('[data-seq]').length));
  new MutationObserver(count).observe(document, { subtree: true, childList: true });
  const note = () => {
    requestAnimationFrame(note);
    const list = document.querySelector('[role=feed]');
    if (!list) return;
    const view = list.getBoundingClientRect();
    count();
    const isSeen = list.checkVisibility({ opacityProperty: true });
    const all = isSeen ? [...list.querySelectorAll<HTMLElement>('[data-seq]')] : [];
    const rows = all.flatMap((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom <= view.top || top >= view.bottom) return [];
      const text = row.textContent ?? '';
      return [{ seq: Number(row.dataset['seq']), top, bottom, text, isMessage: text !== '' }];
    });
    frames.push({
      ms: performance.now(),
      most,
      view: { top: view.top, bottom: view.bottom },
      rows,
    });
    most = 0;
  };
  requestAnimationFrame(note);
}

/** Lets so many frames pass: a look at what happens when nothing should. */
export const passFrames = (page: Page, count: number): Promise<void> =>
  page.evaluate(
    (left) =>
      new Promise<void>((resolve) => {
        const next = () => (left-- > 0 ? requestAnimationFrame(next) : resolve());
        next();
      }),
    count,
  );

/** What is in view now. */
export async function lookAt(page: Page): Promise<Frame> {
  await page.evaluate(record);
  await framesOf(page);
  await passFrames(page, 2);
  const frame = (await framesOf(page)).at(-1);
  if (!frame) throw new Error('The page shows no list.');
  return frame;
}

/** Messages that are in view as a whole. */
export const wholeRows = ({ view, rows }: Frame): FrameRow[] =>
  rows.filter((row) => row.isMessage && row.top >= view.top - 0.5 && row.bottom <= view.bottom + 0.5);

/** How far the place of a row, or of any row with these words, varied over the frames that show it; px. */
export function driftOf(frames: Frame[], which: { seq: number } | { text: string }): number {
  const tops = frames.flatMap((frame) =>
    frame.rows
      .filter((row) => ('seq' in which ? row.seq === which.seq : row.text.includes(which.text)))
      .map((row) => row.top),
  );
  if (tops.length === 0) throw new Error('No frame shows that row.');
  return Math.max(...tops) - Math.min(...tops);
}

/**
 * How far the rows moved from each frame to the next, px, positive is down: by the first message that
 * both frames show. `lost` counts pairs of frames without such a message.
 */
export function movesOf(frames: Frame[]): { moves: number[]; lost: number } {
  const moves: number[] = [];
  let lost = 0;
  for (const [i, frame] of frames.entries()) {
    const before = frames[i - 1];
    if (!before) continue;
    const now = new Map(frame.rows.filter((row) => row.isMessage).map((row) => [row.seq, row.top]));
    const same = before.rows.find((row) => row.isMessage && now.has(row.seq));
    if (same) moves.push((now.get(same.seq) ?? 0) - same.top);
    else lost++;
  }
  return { moves, lost };
}
