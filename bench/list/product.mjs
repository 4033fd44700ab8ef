// Scrolls the longest thread of a running Foyer in a real browser, and says what that cost:
//   npm run seed -- --messages 1000000 && npm start
//   node bench/list/product.mjs [--url http://localhost:3000] [--seconds 60]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { summariseBlanks, watchBlanks, watchPages } from './blanks.mjs';
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

const longMs = 50;
/** A page's arrival is seen in the second frame after it. */
const blankSlackMs = 50;
const ms = (value) => `${value.toFixed(0)} ms`;

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
    contents: `import { Watch } from './watch'; import { pageSize } from '@/shared/limits'; window.bench = { watch: new Watch(), pageSize };`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  write: false,
  format: 'iife',
});
const watchSource = new TextDecoder().decode(outputFiles[0].contents);

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
  await page.addInitScript(watchPages);
  const began = Date.now();
  await page.goto(`${address}?at=${Math.floor(thread.seq / 2)}`);
  await page.locator(`[data-seq="${Math.floor(thread.seq / 2)}"]`).waitFor();
  note('messages in the thread', thread.seq.toLocaleString('en'), null);
  note('opened in the middle, ms', `${Date.now() - began}`, null);
  await page.getByTestId('connection').getByText('Connected').waitFor();
  await page.evaluate(watchSource);
  await page.evaluate(() => window.bench.watch.start());
  const cdp = await page.context().newCDPSession(page);
  await page.mouse.move(1000, 450);
  // Both are of a page that has warmed up: pages of messages come and go, and are let go of.
  await traceWheel(page, Math.min(10, seconds));
  await sleep(500);
  const heapBefore = await heapOf(cdp);
  await page.evaluate(() => {
    window.bench.watch.reset();
    window.benchPages.length = 0;
  });
  await page.evaluate(watchBlanks);
  const { events, tasks, frames } = await traceWheel(page, seconds);
  const wheel = await seen(page);
  const arrivals = await page.evaluate(summariseBlanks);
  await sleep(1_000);
  const heapAfter = await heapOf(cdp);
  const worst = (all, of) => all.reduce((most, one) => Math.max(most, of(one)), 0);
  note(`${seconds} s of wheel: events, frames`, `${events}, ${wheel.frames}`, wheel.frames > seconds * 10);
  note('most rows in the DOM', `${wheel.maxRows}`, wheel.maxRows <= 60);
  note('frames with nothing in the middle', `${wheel.blankFrames}`, wheel.blankFrames === 0);
  note(
    'pages read; time to arrive, median and worst',
    `${arrivals.pages}; ${ms(arrivals.medianMs)}, ${ms(arrivals.slowestMs)}`,
    null,
  );
  note('rows blank for a while; longest', `${arrivals.blanks}; ${ms(arrivals.blankMs)}`, null);
  note('blank for longer than its page took, at most', ms(arrivals.overMs), arrivals.overMs <= blankSlackMs);
  note('worst jump against the scrolling', `${wheel.worstJump.toFixed(2)} px`, wheel.worstJump <= 1);
  const longFrames = (of) => frames.filter((frame) => of(frame) > longMs).length;
  const [cpu, wall] = [({ cpuMs }) => cpuMs, ({ wallMs }) => wallMs];
  note('frames of the trace', `${frames.length}`, frames.length > 0);
  note(
    `frames over ${longMs} ms of processor time; worst`,
    `${longFrames(cpu)}; ${ms(worst(frames, cpu))}`,
    longFrames(cpu) === 0,
  );
  note(
    `frames over ${longMs} ms by the wall; worst`,
    `${longFrames(wall)}; ${ms(worst(frames, wall))}`,
    null,
  );
  note(
    'longest task: processor, wall',
    `${ms(worst(tasks, cpu))}, ${ms(worst(tasks, wall))}`,
    worst(tasks, cpu) <= longMs,
  );
  note('long tasks, long frames as the page was told', `${wheel.longTasks}, ${wheel.longFrames}`, null);
  note('worst time between two frames', ms(wheel.worstFrameMs), null);
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
