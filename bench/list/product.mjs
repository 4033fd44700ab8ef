// Scrolls the longest thread of a running Foyer in a real browser, and says what that cost:
//   npm run seed -- --messages 1000000 && npm start
//   node bench/list/product.mjs [--url http://localhost:3000] [--seconds 60]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { scrollThread, seenBy } from './scroll-thread.mjs';
import { heapOf, sleep } from './scrolling.mjs';

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
  const seen = await scrollThread(page, { address, seq: Math.floor(thread.seq / 2), seconds });
  const { blanks, frameCpu, frameWall, taskCpu, taskWall, heapBefore, heapAfter } = seen;
  note('messages in the thread', thread.seq.toLocaleString('en'), null);
  note('opened in the middle', ms(seen.openedMs), null);
  note(
    `${seconds} s of wheel: events, frames, traced`,
    `${seen.events}, ${seen.frames}, ${seen.tracedFrames}`,
    null,
  );
  note('most rows in the DOM', `${seen.maxRows}`, seen.maxRows <= 60);
  note('frames with nothing in the middle', `${seen.blankFrames}`, seen.blankFrames === 0);
  note(
    'pages read; time to arrive, median and worst',
    `${blanks.pages}; ${ms(blanks.medianMs)}, ${ms(blanks.slowestMs)}`,
    null,
  );
  note('rows blank for a while; longest', `${blanks.blanks}; ${ms(blanks.blankMs)}`, null);
  note('blank for longer than its page took, at most', ms(blanks.overMs), blanks.overMs <= blankSlackMs);
  note('worst jump against the scrolling', `${seen.worstJump.toFixed(2)} px`, seen.worstJump <= 1);
  note(
    'frames over 50 ms of processor time; worst',
    `${frameCpu.long}; ${ms(frameCpu.worstMs)}`,
    frameCpu.long === 0,
  );
  note('frames over 50 ms by the wall; worst', `${frameWall.long}; ${ms(frameWall.worstMs)}`, null);
  note(
    'longest task: processor, wall',
    `${ms(taskCpu.worstMs)}, ${ms(taskWall.worstMs)}`,
    taskCpu.long === 0,
  );
  note('long tasks, long frames as the page was told', `${seen.toldLongTasks}, ${seen.toldLongFrames}`, null);
  note('worst time between two frames', ms(seen.worstGapMs), null);
  const growth = heapAfter - heapBefore;
  note('heap before, after', `${heapBefore.toFixed(1)} MB, ${heapAfter.toFixed(1)} MB`, growth < 5);

  await page.evaluate(() => window.bench.watch.reset());
  for (const share of thumbShares) await dragThumb(page, share);
  const drags = await seenBy(page);
  note(
    `${thumbShares.length} drags of the thumb: frames, blank`,
    `${drags.frames}, ${drags.blankFrames}`,
    drags.blankFrames === 0,
  );
  note('most rows in the DOM', `${drags.maxRows}`, drags.maxRows <= 60);
  note('heap at the end', `${(await heapOf(await page.context().newCDPSession(page))).toFixed(1)} MB`, null);
} finally {
  await browser.close();
}
console.log(failures.length === 0 ? '\nAll checks passed.' : `\n${failures.length} checks failed.`);
process.exitCode = failures.length === 0 ? 0 : 1;
