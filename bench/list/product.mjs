// Scrolls the longest thread of a running Foyer in a real browser, and says what that cost:
//   npm run seed -- --messages 1000000 && npm start
//   node bench/list/product.mjs [--url http://localhost:3000] [--seconds 60]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { heapOf, sleep, traceWheel } from './scrolling.mjs';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    seconds: { type: 'string', default: '60' },
  },
});
const { url } = values;
const seconds = Number(values.seconds);
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const thumbShares = [0.1, 0.9, 0.5, 0.02, 0.75, 0.33];

const failures = [];
/** Notes one line of the table; `isGood` null makes it a number without a verdict. */
function note(what, value, isGood) {
  if (isGood === false) failures.push(what);
  const mark = isGood === null ? '    ' : isGood ? 'ok  ' : 'FAIL';
  console.log(`${mark}  ${what.padEnd(58)} ${value}`);
}

async function longestThread() {
  let longest = null;
  for (let cursor = null, pages = 0; pages < 20; pages++) {
    const input = encodeURIComponent(JSON.stringify({ limit: 100, cursor }));
    const answer = await fetch(`${url}/api/trpc/thread.list?input=${input}`);
    const { threads, nextCursor } = (await answer.json()).result.data;
    for (const thread of threads) if (thread.seq > (longest?.seq ?? 0)) longest = thread;
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  if (!longest) throw new Error(`No thread can be read at ${url}.`);
  return longest;
}

const { outputFiles } = await build({
  stdin: {
    contents: `import { Watch } from './watch'; window.bench = { watch: new Watch() };`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  write: false,
  format: 'iife',
});
const watchSource = new TextDecoder().decode(outputFiles[0].contents);

/** Frames in whose middle a message has not arrived yet. */
function countSkeletons() {
  window.skeletonFrames = 0;
  const look = () => {
    const row = document.elementFromPoint(innerWidth * 0.7, innerHeight / 2)?.closest('[data-seq]');
    if (row && !row.textContent) window.skeletonFrames++;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const seen = (page) =>
  page.evaluate(() => {
    const { frames, blankFrames, worstFrameMs, worstJump, longTasks, longFrames, maxRows } =
      window.bench.watch;
    const counts = { longTasks: longTasks.length, longFrames: longFrames.length };
    return {
      frames,
      blankFrames,
      worstFrameMs,
      worstJump,
      maxRows,
      skeletonFrames: window.skeletonFrames,
      ...counts,
    };
  });

async function dragThumb(page, share) {
  const track = page.locator('[role=scrollbar][aria-controls=messages]');
  await page.mouse.move(1000, 450);
  const [way, grip] = [await track.boundingBox(), await track.locator('> *').first().boundingBox()];
  await page.mouse.move(way.x + way.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  const y = way.y + grip.height / 2 + share * (way.height - grip.height);
  await page.mouse.move(way.x + way.width / 2, y, { steps: 20 });
  await page.mouse.up();
  await sleep(400);
}

const thread = await longestThread();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => note('error on the page', error.message, false));
  const address = `${url}${path.posix.join('/r', thread.room.slug, thread.isMain ? '' : `t/${thread.shortId}`)}`;
  const began = Date.now();
  await page.goto(`${address}?at=${Math.floor(thread.seq / 2)}`);
  await page.locator(`[data-seq="${Math.floor(thread.seq / 2)}"]`).waitFor();
  note('messages in the thread', thread.seq.toLocaleString('en'), null);
  note('opened in the middle, ms', `${Date.now() - began}`, null);
  await page.getByTestId('connection').getByText('Connected').waitFor();
  await page.evaluate(watchSource);
  await page.evaluate(countSkeletons);
  await page.evaluate(() => window.bench.watch.start());
  const cdp = await page.context().newCDPSession(page);
  await page.mouse.move(1000, 450);
  // Both are of a page that has warmed up: pages of messages come and go, and are let go of.
  await traceWheel(page, Math.min(10, seconds));
  await sleep(500);
  const heapBefore = await heapOf(cdp);
  await page.evaluate(() => {
    window.bench.watch.reset();
    window.skeletonFrames = 0;
  });
  const { events, tasks } = await traceWheel(page, seconds);
  const wheel = await seen(page);
  await sleep(1_000);
  const heapAfter = await heapOf(cdp);
  const worstCpuMs = tasks.reduce((worst, { cpuMs }) => Math.max(worst, cpuMs), 0);
  const worstWallMs = tasks.reduce((worst, { wallMs }) => Math.max(worst, wallMs), 0);
  note(`${seconds} s of wheel: events, frames`, `${events}, ${wheel.frames}`, wheel.frames > seconds * 10);
  note('most rows in the DOM', `${wheel.maxRows}`, wheel.maxRows <= 60);
  note('frames with nothing in the middle', `${wheel.blankFrames}`, wheel.blankFrames === 0);
  note('frames with a skeleton in the middle', `${wheel.skeletonFrames}`, null);
  note('worst jump against the scrolling', `${wheel.worstJump.toFixed(2)} px`, wheel.worstJump <= 1);
  note('tasks traced', `${tasks.length}`, null);
  note('longest task, processor time', `${worstCpuMs.toFixed(0)} ms`, worstCpuMs <= 100);
  note('longest task, wall time', `${worstWallMs.toFixed(0)} ms`, null);
  note('tasks over 50 ms, processor time', `${tasks.filter(({ cpuMs }) => cpuMs > 50).length}`, null);
  note('long tasks, long frames by the wall', `${wheel.longTasks}, ${wheel.longFrames}`, null);
  note('worst time between two frames', `${wheel.worstFrameMs.toFixed(0)} ms`, null);
  const growth = heapAfter - heapBefore;
  note('heap before, after', `${heapBefore.toFixed(1)} MB, ${heapAfter.toFixed(1)} MB`, growth < 5);

  await page.evaluate(() => window.bench.watch.reset());
  for (const share of thumbShares) await dragThumb(page, share);
  const drags = await seen(page);
  note(
    `${thumbShares.length} drags of the thumb: frames, blank`,
    `${drags.frames}, ${drags.blankFrames}`,
    drags.blankFrames === 0,
  );
  note('most rows in the DOM', `${drags.maxRows}`, drags.maxRows <= 60);
  note('heap at the end', `${(await heapOf(cdp)).toFixed(1)} MB`, null);
} finally {
  await browser.close();
}
console.log(failures.length === 0 ? '\nAll checks passed.' : `\n${failures.length} checks failed.`);
process.exitCode = failures.length === 0 ? 0 : 1;
