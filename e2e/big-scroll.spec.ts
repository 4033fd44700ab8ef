import { bigCount, dragThumb, expect, seesRightLines, test, turnWheel, type BigThread } from './big-thread';
import { framesOf, lookAt, movesOf, passFrames, recordFrames, wholeRows, type Frame } from './frames';
import type { Person } from './person';

async function open(person: Person, { thread, room }: BigThread, query = ''): Promise<void> {
  await recordFrames(person.page);
  await person.open({ shortId: thread.shortId, room }, query);
  await seesRightLines(person);
}

const topOf = async (person: Person) => wholeRows(await lookAt(person.page))[0];

test('keys, wheel and scrollbar reach every place, with few rows in the page', async ({ alice, big }) => {
  await open(alice, big);
  const { page } = alice;
  let most = 0;
  const firstSeq = async () => {
    most = Math.max(most, ...(await framesOf(page)).map((frame) => frame.most));
    return (await seesRightLines(alice)).rows[0]?.seq ?? 0;
  };
  const atEnd = await firstSeq();
  expect(atEnd).toBeGreaterThan(bigCount - 40);
  await alice.list.focus();
  await page.keyboard.press('PageUp');
  await expect.poll(firstSeq).toBeLessThan(atEnd - 3);
  for (let i = 0; i < 12; i++) await page.keyboard.press('PageUp');
  await expect.poll(firstSeq).toBeLessThan(atEnd - 60);
  await page.keyboard.press('Home');
  await expect.poll(firstSeq).toBe(1);
  await page.keyboard.press('PageDown');
  await expect.poll(firstSeq).toBeGreaterThan(3);
  await turnWheel(alice, 800, 10);
  await expect.poll(firstSeq).toBeGreaterThan(40);
  for (const share of [0.5, 0.25, 0.9]) {
    await dragThumb(alice, share);
    await expect.poll(firstSeq).toBeGreaterThan((share - 0.01) * bigCount);
    expect(await firstSeq()).toBeLessThan((share + 0.01) * bigCount);
  }
  await alice.list.focus();
  await page.keyboard.press('End');
  await expect.poll(firstSeq).toBeGreaterThan(bigCount - 40);
  await page.keyboard.press('Home');
  await expect.poll(firstSeq).toBe(1);
  expect(most).toBeLessThanOrEqual(60);
  test.info().annotations.push({ type: 'most rows in the page', description: String(most) });
});

test('scrolling up with the wheel never jumps while older pages come', async ({ alice, big }) => {
  await open(alice, big);
  await framesOf(alice.page);
  const [px, steps] = [240, 40];
  const frames: Frame[] = [];
  for (let i = 0; i < steps; i++) {
    await turnWheel(alice, -px, 1);
    frames.push(...(await framesOf(alice.page)));
  }
  await passFrames(alice.page, 30);
  frames.push(...(await framesOf(alice.page)));
  await seesRightLines(alice);
  const { moves, lost } = movesOf(frames);
  expect(lost).toBe(0);
  const way = moves.reduce((sum, move) => sum + move, 0);
  test.info().annotations.push({ type: 'way', description: `${way} of ${px * steps} px` });
  expect(Math.min(...moves)).toBeGreaterThanOrEqual(-1);
  expect(Math.abs(way - px * steps)).toBeLessThanOrEqual(2);
});

test('messages that arrive below move nothing; the pill counts them, and the end follows', async ({
  alice,
  big,
}) => {
  await open(alice, big, '?at=60000');
  const before = await topOf(alice);
  await framesOf(alice.page);
  const arriving = Array.from({ length: 50 }, (_, i) => `Arrived ${i + 1}`);
  await big.guest.sayAll(big.thread.id, arriving);
  const pill = alice.page.getByRole('button', { name: /^[\d,]+ new$/ });
  await expect(pill).toHaveText('50 new');
  const tops = (await framesOf(alice.page)).map((frame) => wholeRows(frame)[0]);
  expect(new Set(tops.map((row) => row?.seq))).toEqual(new Set([before?.seq]));
  const drift = tops.map((row) => Math.abs((row?.top ?? 0) - (before?.top ?? 0)));
  expect(Math.max(...drift)).toBeLessThanOrEqual(1);

  await pill.click();
  await expect(alice.row('Arrived 50')).toBeInViewport();
  await expect(pill).toHaveCount(0);
  for (const text of ['One more', 'And another\nof two lines']) {
    await big.guest.say(big.thread.id, text);
    await expect(alice.row(text)).toBeInViewport({ ratio: 1 });
  }
  await expect(pill).toHaveCount(0);
});

test('going to another thread and back finds the place again', async ({ alice, big }) => {
  await open(alice, big);
  await dragThumb(alice, 0.4);
  await turnWheel(alice, -130, 3);
  await seesRightLines(alice);
  await passFrames(alice.page, 30);
  const before = await topOf(alice);
  await alice.threadLink(big.other.title).click();
  await expect(alice.row('A small thread')).toBeInViewport();
  await alice.threadLink(big.thread.title).click();
  await seesRightLines(alice);
  const after = await topOf(alice);
  expect(after?.seq).toBe(before?.seq);
  expect(Math.abs((after?.top ?? 0) - (before?.top ?? 0))).toBeLessThanOrEqual(1);
  await alice.page.goBack();
  await expect(alice.row('A small thread')).toBeInViewport();
  await alice.page.goBack();
  await seesRightLines(alice);
  expect((await topOf(alice))?.seq).toBe(before?.seq);
});

test('a reload finds the place again', async ({ alice, big }) => {
  await open(alice, big);
  await dragThumb(alice, 0.6);
  await turnWheel(alice, -130, 3);
  await seesRightLines(alice);
  await passFrames(alice.page, 30);
  const before = await topOf(alice);
  await alice.page.reload();
  await alice.isLive();
  await seesRightLines(alice);
  const after = await topOf(alice);
  expect(after?.seq).toBe(before?.seq);
  expect(Math.abs((after?.top ?? 0) - (before?.top ?? 0))).toBeLessThanOrEqual(1);
});
