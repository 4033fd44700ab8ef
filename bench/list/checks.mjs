const rows = 10_000_000;
const stillMs = 1_500;
const settleMs = 700;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const px = (value) => `${value.toFixed(2)} px`;

/** Follows a row's edge while `act` (source that may use `bench`) happens. */
function hold({ page }, { seq, edge = 'top', act = '', ms = stillMs }) {
  return page.evaluate(`bench.watch.hold(${seq}, '${edge}', ${ms}, () => { ${act} })`);
}

const topRow = ({ page }) => page.evaluate(() => window.bench.watch.topRow());

function noteHeld(bench, what, held) {
  const isGood = held.drift <= 1 && held.missing === 0 && held.looks > 20;
  bench.note(what, `drift ${px(held.drift)} in ${held.looks} looks, ${held.missing} missing`, isGood);
}

async function noteRows({ page, note }, what) {
  const maxRows = await page.evaluate(() => window.bench.watch.maxRows);
  note(`${what}: most rows in the DOM`, `${maxRows}`, maxRows <= 60);
}

export async function checkJumps(bench) {
  const { page, note } = bench;
  await bench.open();
  const atEnd = await hold(bench, { seq: rows, edge: 'bottom' });
  noteHeld(bench, 'open at the end', atEnd);
  note('open at the end: last row ends at the bottom', px(atEnd.at - 900), Math.abs(atEnd.at - 900) <= 1);
  const ms = await page.evaluate(
    () => window.bench.watch.firstRowsMs - performance.getEntriesByName('render')[0].startTime,
  );
  note('open at the end: first render to rows on the screen', `${ms.toFixed(0)} ms`, null);

  const jumps = [
    { seq: 5_000_000, align: 'start', edge: 'top', at: 0 },
    { seq: 1, align: 'start', edge: 'top', at: 0 },
    { seq: 1_234_567, align: 'center', edge: 'top', at: 422 },
    { seq: 7_777_777, align: 'end', edge: 'bottom', at: 900 },
    { seq: 3_333_333, align: 'start', edge: 'top', at: 0 },
    { seq: rows, align: 'end', edge: 'bottom', at: 900 },
  ];
  for (const { seq, align, edge, at } of jumps) {
    // The jump is drawn in a microtask: the row stands there before the next frame.
    await page.evaluate(({ seq, align }) => window.bench.list.scrollToSeq(seq, { align }), { seq, align });
    const held = await hold(bench, { seq, edge });
    noteHeld(bench, `jump to ${seq} (${align})`, held);
    note(`jump to ${seq} (${align}): lands`, px(held.at - at), Math.abs(held.at - at) <= 1);
  }

  await bench.open('seq=6543210');
  const opened = await hold(bench, { seq: 6_543_210 });
  noteHeld(bench, 'open at 6543210', opened);
  note('open at 6543210: lands', px(opened.at), Math.abs(opened.at) <= 1);
  const saved = await page.evaluate(() => {
    window.bench.list.scrollBy(333);
    return window.bench.list.anchor();
  });
  await page.evaluate(() => window.bench.list.scrollToEnd());
  await sleep(settleMs);
  await page.evaluate(({ seq, offset }) => window.bench.list.scrollToSeq(seq, { offset }), saved);
  const restored = await hold(bench, { seq: saved.seq });
  noteHeld(bench, 'saved anchor restored', restored);
  note(
    'saved anchor restored: lands',
    px(restored.at - saved.offset),
    Math.abs(restored.at - saved.offset) <= 1,
  );
  await noteRows(bench, 'opening and jumping');
}

export async function checkStill(bench) {
  const { page, note } = bench;
  await bench.open('seq=5000000');
  await sleep(settleMs);
  // Above 6,000,000 nothing is known yet: what the next 1.5 s bring comes above the view and in it.
  const unknown = { seq: 6_000_000, act: 'bench.list.scrollBy(20); bench.list.scrollBy(-20)' };
  await page.evaluate(() => window.bench.list.scrollToSeq(6_000_000));
  noteHeld(bench, 'skeletons above and in the view become rows', await hold(bench, unknown));
  await page.evaluate(() => window.bench.list.scrollToSeq(5_000_030));
  await sleep(settleMs);
  await page.evaluate(() => window.bench.list.scrollBy(1234));
  const seq = await topRow(bench);
  const still = [
    ['a row above grows by 6 lines', `bench.grow(${seq} - 2, 6)`],
    ['a row above shrinks again', `bench.grow(${seq} - 2, 0)`],
    ['50 rows appended below', `bench.setBounds(1, ${rows} + 50)`],
    ['50 rows prepended far above', `bench.setBounds(-49, ${rows} + 50)`],
    [
      '50 rows prepended just above',
      `bench.setBounds(${seq} - 60, ${rows})`,
      `bench.setBounds(${seq} - 10, ${rows})`,
    ],
  ];
  for (const [what, act, before] of still) {
    if (before) await page.evaluate(before);
    await sleep(before ? settleMs : 0);
    noteHeld(bench, what, await hold(bench, { seq, act }));
  }

  await page.evaluate(`bench.setBounds(${seq}, ${rows})`);
  await page.evaluate(() => window.bench.list.scrollToSeq(1));
  await sleep(settleMs);
  const atTop = await hold(bench, { seq, act: `bench.setBounds(${seq} - 50, ${rows})` });
  noteHeld(bench, '50 rows prepended while at the very top', atTop);

  await page.evaluate(`bench.setBounds(1, ${rows})`);
  await page.evaluate(() => window.bench.list.scrollToEnd());
  await sleep(settleMs);
  await page.evaluate(`bench.setBounds(1, ${rows} + 1)`);
  const followed = await hold(bench, { seq: rows + 1, edge: 'bottom', act: `bench.grow(${rows} + 1, 9)` });
  noteHeld(bench, 'at the end: follows a new row and its growth', followed);
  note('at the end: new row ends at the bottom', px(followed.at - 900), Math.abs(followed.at - 900) <= 1);
  await page.evaluate(`bench.list.scrollBy(-300); bench.setBounds(1, ${rows} + 51)`);
  const notFollowed = await page.evaluate(() => window.bench.list.isAtEnd());
  note('300 px above the end: does not follow', String(!notFollowed), !notFollowed);

  await page.evaluate(() => window.bench.list.scrollToSeq(4_000_000));
  await sleep(settleMs);
  await page.evaluate(() => window.bench.list.scrollBy(777));
  const resized = await topRow(bench);
  const during = hold(bench, { seq: resized });
  await page.setViewportSize({ width: 1440, height: 500 });
  await page.setViewportSize({ width: 700, height: 700 });
  await page.setViewportSize({ width: 1440, height: 900 });
  noteHeld(bench, 'viewport resized three times', await during);
  await page.evaluate(() => window.bench.list.scrollToEnd());
  await sleep(settleMs);
  await page.setViewportSize({ width: 1440, height: 600 });
  await sleep(settleMs);
  const shorter = await hold(bench, { seq: rows + 51, edge: 'bottom' });
  note(
    'at the end: stays there in a shorter viewport',
    px(shorter.at - 600),
    Math.abs(shorter.at - 600) <= 1,
  );
  await page.setViewportSize({ width: 1440, height: 900 });
  await noteRows(bench, 'changes');
}

export async function checkEdges(bench) {
  const { page, note } = bench;
  await bench.open('seq=5000000');
  await sleep(settleMs);
  const scrollTop = () => page.evaluate(() => document.querySelector('[data-seq-list]').scrollTop);
  const scrollNative = (to) =>
    page.evaluate(async (to) => {
      document.querySelector('[data-seq-list]').scrollTop = to;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }, to);

  await scrollNative(200_000);
  await sleep(stillMs);
  const { rebases, worstRebase } = await page.evaluate(() => window.bench.watch);
  note('scrolled by 324,288 px, then rest: window rebased', `${rebases} times`, rebases > 0);
  note('rows moved by rebasing', px(worstRebase), worstRebase <= 1);

  for (const to of [0, 2 ** 20]) {
    await scrollNative(to);
    const atEdge = await hold(bench, { seq: await topRow(bench) });
    noteHeld(bench, `window's ${to === 0 ? 'upper' : 'lower'} edge hit while scrolling`, atEdge);
    const now = await scrollTop();
    note('there is room again: scrollTop', `${now}`, now > 100_000 && now < 900_000);
  }
  await noteRows(bench, "window's edges");
}

export async function checkKeys(bench) {
  const { page, note } = bench;
  await bench.open('seq=5000000');
  await page.focus('[data-seq-list]');
  const press = async (key) => {
    await page.keyboard.press(key);
    await sleep(settleMs);
    return page.evaluate(() => window.bench.range);
  };
  const [start] = await press('Home');
  note('Home shows row', `${start}`, start === 1);
  const [paged] = await press('PageDown');
  note('Page Down from there shows row', `${paged}`, paged > 3 && paged < 40);
  const [back] = await press('PageUp');
  note('Page Up goes back to row', `${back}`, back === 1);
  const [, end] = await press('End');
  note('End shows row', `${end}`, end === rows);
  const [above] = await press('PageUp');
  note('Page Up from there shows row', `${above}`, above < rows - 8 && above > rows - 60);
  const attributes = await page.evaluate((seq) => {
    const row = document.querySelector(`[data-seq="${seq}"]`);
    const feed = document.querySelector('[role=feed]');
    return [row.ariaPosInSet, row.ariaSetSize, row.role, feed.contains(document.activeElement)].join(' ');
  }, above);
  note(
    'aria-posinset, aria-setsize, role, focus',
    attributes,
    attributes === `${above} ${rows} article true`,
  );
}

export async function checkScrollbar(bench) {
  const { page, note } = bench;
  await bench.open();
  await page.mouse.move(700, 450);
  const thumb = page.locator('[role=scrollbar] > div');
  const box = await thumb.boundingBox();
  note(
    'thumb at the end stands at the bottom',
    px(box.y + box.height - 900),
    Math.abs(box.y + box.height - 900) < 1,
  );
  const way = 900 - box.height;
  const grip = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  for (let step = 1; step <= 30; step++) await page.mouse.move(grip.x, grip.y - (0.75 * way * step) / 30);
  await page.mouse.up();
  const [dragged] = await page.evaluate(() => window.bench.range);
  note('thumb dragged to 25 % shows row', `${dragged}`, Math.abs(dragged - rows / 4) < rows / 500);
  noteHeld(bench, 'after the drag', await hold(bench, { seq: await topRow(bench) }));
  const after = await thumb.boundingBox();
  note('thumb stays where it was let go', px(after.y - way / 4), Math.abs(after.y - way / 4) <= 1);
  await page.mouse.click(grip.x, 450);
  await sleep(settleMs);
  const [clicked] = await page.evaluate(() => window.bench.range);
  const now = await page.evaluate(() => document.querySelector('[role=scrollbar]').ariaValueNow);
  note('click in the middle of the track shows row', `${clicked}`, Math.abs(clicked - rows / 2) < rows / 200);
  note('aria-valuenow', now, Number(now) === clicked);
  await noteRows(bench, 'dragging');
}
