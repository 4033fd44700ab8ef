export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const sliceSeconds = 10;

/** Px per wheel event and how many of them: down, up, slowly, fast; in all upwards, into rows never seen. */
const strides = [
  { px: 120, count: 15 },
  { px: -120, count: 40 },
  { px: -600, count: 30 },
  { px: 600, count: 15 },
  { px: -2_000, count: 20 },
  { px: -60, count: 40 },
];

export async function heapOf(cdp) {
  for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

export async function wheel(page, seconds) {
  const end = Date.now() + seconds * 1000;
  let events = 0;
  while (Date.now() < end) {
    for (const { px, count } of strides) {
      for (let i = 0; i < count && Date.now() < end; i++, events++) {
        await page.mouse.wheel(0, px);
        await sleep(12);
      }
    }
  }
  return events;
}

/**
 * Of the page's main thread: each task, and each frame that was longer than usual with all that ran in it;
 * wall time, and processor time, which leaves out what else the machine did meanwhile; ms.
 */
function readTrace(trace) {
  const { traceEvents } = JSON.parse(trace.toString());
  const mains = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const own = traceEvents.filter(({ pid, tid }) => mains.includes(`${pid} ${tid}`));
  const runs = own.filter(({ name, ph }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X');
  const cpuOf = ({ dur, tdur }) => (tdur ?? dur) / 1000;
  const frames = [];
  const begun = new Map();
  for (const { name, ph, ts, id2, pid } of own) {
    if (name !== 'AnimationFrame') continue;
    const id = `${pid} ${id2?.local}`;
    const from = begun.get(id);
    if (ph === 'b') begun.set(id, ts);
    else if (ph === 'e' && from !== undefined) {
      const within = runs.filter((run) => run.pid === pid && run.ts < ts && run.ts + run.dur > from);
      const cpuMs = within.reduce((sum, run) => sum + cpuOf(run), 0);
      frames.push({ wallMs: (ts - from) / 1000, cpuMs });
    }
  }
  return { tasks: runs.map((run) => ({ wallMs: run.dur / 1000, cpuMs: cpuOf(run) })), frames };
}

/** Scrolls and traces in slices, because a long trace is longer than a string can be. */
export async function traceWheel(page, seconds) {
  const browser = page.context().browser();
  const tasks = [];
  const frames = [];
  let events = 0;
  for (let left = seconds; left > 0; left -= sliceSeconds) {
    await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
    // Beginning and ending a trace takes long, and is nobody's frame.
    await page.evaluate(() => window.bench.watch.pause());
    events += await wheel(page, Math.min(left, sliceSeconds));
    const slice = readTrace(await browser.stopTracing());
    for (const task of slice.tasks) tasks.push(task);
    for (const frame of slice.frames) frames.push(frame);
  }
  return { events, tasks, frames };
}

/** A finger drags upwards through rows never seen, whose heights all turn out otherwise than estimated. */
async function measureTouch({ page, open, note }) {
  await open('seq=3000000');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  await sleep(500);
  await page.evaluate(() => window.bench.watch.reset());
  const touch = (type, points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  for (let drag = 0; drag < 8; drag++) {
    await touch('touchStart', [{ x: 700, y: 100 }]);
    for (let y = 110; y < 880; y += 30) await touch('touchMove', [{ x: 700, y }]);
    await touch('touchEnd', []);
  }
  await sleep(1_500);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  const { worstJump, blankFrames } = await page.evaluate(() => window.bench.watch);
  const [visibleFrom] = await page.evaluate(() => window.bench.range);
  note('touch drags upwards: rows passed', `${3_000_000 - visibleFrom}`, visibleFrom < 2_999_970);
  note('touch drags: worst jump against the scrolling', `${worstJump.toFixed(2)} px`, worstJump <= 1);
  note('touch drags: frames with nothing in the middle', `${blankFrames}`, blankFrames === 0);
}

export async function measureScrolling(bench) {
  await measureTouch(bench);
  const { page, open, note, scrollSeconds } = bench;
  await open('seq=5000000');
  const cdp = await page.context().newCDPSession(page);
  await page.mouse.move(700, 450);
  await wheel(page, Math.min(12, scrollSeconds));
  await page.evaluate(() => window.bench.list.scrollToSeq(7_000_000));
  await sleep(500);
  const heapBefore = await heapOf(cdp);
  await page.evaluate(() => window.bench.watch.reset());
  const { events, tasks } = await traceWheel(page, scrollSeconds);
  const seen = await page.evaluate(() => {
    const { frames, blankFrames, worstFrameMs, worstJump, longTasks, longFrames, maxRows } =
      window.bench.watch;
    return { frames, blankFrames, worstFrameMs, worstJump, longTasks, longFrames, maxRows };
  });
  await sleep(500);
  const heapAfter = await heapOf(cdp);
  const worstCpuMs = tasks.reduce((worst, { cpuMs }) => Math.max(worst, cpuMs), 0);
  const worstWallMs = tasks.reduce((worst, { wallMs }) => Math.max(worst, wallMs), 0);

  note(
    `${scrollSeconds} s of wheel: events, frames`,
    `${events}, ${seen.frames}`,
    seen.frames > scrollSeconds * 15,
  );
  note('most rows in the DOM', `${seen.maxRows}`, seen.maxRows <= 60);
  note('frames with nothing in the middle', `${seen.blankFrames}`, seen.blankFrames === 0);
  note('worst jump against the scrolling', `${seen.worstJump.toFixed(2)} px`, seen.worstJump <= 1);
  // Processor time is the list's own; wall time holds whatever else the machine did meanwhile.
  note('tasks traced', `${tasks.length}`, tasks.length > 1_000);
  note('longest task, processor time', `${worstCpuMs.toFixed(0)} ms`, worstCpuMs <= 50);
  note('longest task, wall time', `${worstWallMs.toFixed(0)} ms`, null);
  note('long tasks over 50 ms by the wall, of whatever cause', `${seen.longTasks.length}`, null);
  note('long frames over 50 ms by the wall, of whatever cause', `${seen.longFrames.length}`, null);
  note('worst time between two frames', `${seen.worstFrameMs.toFixed(0)} ms`, null);
  const growth = heapAfter - heapBefore;
  note('heap before, after', `${heapBefore.toFixed(1)} MB, ${heapAfter.toFixed(1)} MB`, growth < 2);
}
