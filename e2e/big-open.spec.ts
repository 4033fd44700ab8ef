import { bigCount, expect, lineOf, seesRightLines, test, turnWheel } from './big-thread';
import { driftOf, framesOf, passFrames, recordFrames, wholeRows, type Frame } from './frames';

const place = (big: { room: { slug: string }; thread: { shortId: string } }) => ({
  shortId: big.thread.shortId,
  room: big.room,
});
/** About 1.5 s. */
const aWhile = 90;

const firstWith = (frames: Frame[], seq: number) =>
  frames.findIndex((frame) => wholeRows(frame).some((row) => row.seq === seq));

test('a thread of 209,463 messages opens at its end at once, by its address', async ({ alice, big }) => {
  await recordFrames(alice.page);
  await alice.open(place(big));
  await expect(alice.row(`Line ${bigCount}.`)).toBeInViewport();
  await passFrames(alice.page, aWhile);
  const frames = await framesOf(alice.page);
  const from = firstWith(frames, bigCount);
  const ms = Math.round(frames[from]?.ms ?? Infinity);
  test.info().annotations.push({ type: 'last message in view, cold', description: `${ms} ms` });
  expect(ms).toBeLessThan(5_000);
  expect(driftOf(frames.slice(from), { seq: bigCount })).toBeLessThanOrEqual(1);
  expect(Math.max(...frames.map((frame) => frame.most))).toBeLessThanOrEqual(60);
  await seesRightLines(alice);
});

test('it opens at its end at once from the list beside it', async ({ alice, big }) => {
  await alice.open({ ...big.other, room: big.room });
  await recordFrames(alice.page);
  const link = alice.threadLink(big.thread.title);
  await expect(link).toBeVisible();
  await framesOf(alice.page);
  const pressed = await link.evaluate((element) => {
    (element as HTMLElement).click();
    return performance.now();
  });
  await expect(alice.row(`Line ${bigCount}.`)).toBeInViewport();
  await passFrames(alice.page, aWhile);
  const frames = await framesOf(alice.page);
  const from = firstWith(frames, bigCount);
  const ms = Math.round((frames[from]?.ms ?? Infinity) - pressed);
  test.info().annotations.push({ type: 'last message in view, by a click', description: `${ms} ms` });
  expect(ms).toBeLessThan(1_500);
  expect(driftOf(frames.slice(from), { seq: bigCount })).toBeLessThanOrEqual(1);
  await seesRightLines(alice);
});

for (const at of [1, 104_732, bigCount - 3])
  test(`the address of message ${at} opens on it, and it stays where it is`, async ({ alice, big }) => {
    await recordFrames(alice.page);
    await alice.open(place(big), `?at=${at}`);
    await expect(alice.row(lineOf(at))).toBeInViewport();
    await passFrames(alice.page, aWhile);
    const frames = await framesOf(alice.page);
    const from = firstWith(frames, at);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(driftOf(frames.slice(from), { seq: at })).toBeLessThanOrEqual(1);
    expect(frames.slice(from).every((frame) => wholeRows(frame).some((row) => row.seq === at))).toBe(true);
    expect(Math.max(...frames.map((frame) => frame.most))).toBeLessThanOrEqual(60);
    await seesRightLines(alice);
  });

test('one press goes from the end to the first message, and End goes back', async ({ alice, big }) => {
  await alice.open(place(big));
  await seesRightLines(alice);
  await alice.page.getByRole('button', { name: 'Go to the first message' }).click();
  await expect(alice.row(lineOf(1))).toBeInViewport();
  expect((await seesRightLines(alice)).rows[0]?.seq).toBe(1);
  await alice.list.focus();
  await alice.page.keyboard.press('End');
  await expect(alice.row(`Line ${bigCount}.`)).toBeInViewport();
  await seesRightLines(alice);
});

test('scrolling goes both ways from a place in the middle', async ({ alice, big }) => {
  const at = 77_777;
  await recordFrames(alice.page);
  await alice.open(place(big), `?at=${at}`);
  await expect(alice.row(lineOf(at))).toBeInViewport();
  for (const way of [-1, 1]) {
    const before = await seesRightLines(alice);
    await turnWheel(alice, way * 400, 20);
    await expect.poll(async () => (await seesRightLines(alice)).rows[0]?.seq).not.toBe(before.rows[0]?.seq);
    const moved = ((await seesRightLines(alice)).rows[0]?.seq ?? 0) - (before.rows[0]?.seq ?? 0);
    expect(Math.sign(moved)).toBe(way);
    expect(Math.abs(moved)).toBeGreaterThan(20);
  }
});
