import { build } from 'esbuild';
import { summariseBlanks, watchBlanks, watchPages } from './blanks.mjs';
import { heapOf, sleep, traceWheel, wheel } from './scrolling.mjs';

const longMs = 50;

async function watchSource() {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { Watch } from './watch'; import { pageSize } from '@/shared/limits'; window.bench = { watch: new Watch(), pageSize };`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
  });
  return new TextDecoder().decode(outputFiles[0].contents);
}

/** What the page's watch noted since its last `reset`. */
export const seenBy = (page) =>
  page.evaluate(() => {
    const { frames, blankFrames, worstFrameMs, worstJump, longTasks, longFrames, maxRows } =
      window.bench.watch;
    const told = { toldLongTasks: longTasks.length, toldLongFrames: longFrames.length };
    return { frames, blankFrames, worstGapMs: worstFrameMs, worstJump, maxRows, ...told };
  });

/** Of frames or tasks, by one of their times: how many were too long, and the longest, ms. */
const timesOf = (all, time) => ({
  long: all.filter((one) => one[time] > longMs).length,
  worstMs: all.reduce((worst, one) => Math.max(worst, one[time]), 0),
});

/**
 * Opens a thread of the product at a place and scrolls it by the wheel, traced by the browser.
 * @param page fresh; it stays where the scrolling ended, its watch goes on
 * @throws when the page drew so little that nothing is measured
 */
export async function scrollThread(page, { address, seq, seconds }) {
  await page.addInitScript(watchPages);
  const began = Date.now();
  await page.goto(`${address}?at=${seq}`);
  await page.locator(`[data-seq="${seq}"]`).waitFor();
  const openedMs = Date.now() - began;
  await page.getByTestId('connection').getByText('Connected').waitFor();
  await page.evaluate(await watchSource());
  await page.evaluate(() => window.bench.watch.start());
  const cdp = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize();
  await page.mouse.move(width * 0.7, height / 2);
  // Both are of a page that has warmed up: pages of messages come and go, and are let go of.
  await wheel(page, Math.min(10, seconds / 2));
  await sleep(500);
  const heapBefore = await heapOf(cdp);
  await page.evaluate(() => {
    window.bench.watch.reset();
    window.benchPages.length = 0;
  });
  await page.evaluate(watchBlanks);
  const { events, tasks, frames } = await traceWheel(page, seconds);
  const seen = await seenBy(page);
  const blanks = await page.evaluate(summariseBlanks);
  if (seen.frames < seconds * 10 || frames.length === 0)
    throw new Error(`Only ${seen.frames} frames (${frames.length} traced) were drawn in ${seconds} s.`);
  await sleep(1_000);
  const heapAfter = await heapOf(cdp);
  return {
    openedMs,
    events,
    ...seen,
    blanks,
    tracedFrames: frames.length,
    frameCpu: timesOf(frames, 'cpuMs'),
    frameWall: timesOf(frames, 'wallMs'),
    taskCpu: timesOf(tasks, 'cpuMs'),
    taskWall: timesOf(tasks, 'wallMs'),
    heapBefore,
    heapAfter,
  };
}
