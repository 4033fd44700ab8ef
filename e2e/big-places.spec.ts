import { bigCount, expect, lineOf, seesRightLines, test, turnWheel } from './big-thread';
import { driftOf, framesOf, lookAt, passFrames, recordFrames, wholeRows } from './frames';
import type { Person } from './person';

/** About 1.5 s. */
const aWhile = 90;
const feedOf = (person: Person) => person.list.boundingBox();

test('a date lands on the first message of that day, and it stays', async ({ alice, big }) => {
  await alice.open({ shortId: big.thread.shortId, room: big.room });
  await seesRightLines(alice);
  // Lines are 97 s apart and end now; days are the browser's own.
  const daysAgo = 100;
  const { value, expected } = await alice.page.evaluate(
    ([count, ago]) => {
      const day = new Date();
      day.setHours(0, 0, 0, 0);
      day.setDate(day.getDate() - ago);
      const two = (n: number) => String(n).padStart(2, '0');
      const back = (Date.now() - day.getTime()) / 97_000;
      return {
        value: `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`,
        expected: count - back,
      };
    },
    [bigCount, daysAgo] as const,
  );
  await alice.page.getByRole('button', { name: 'Thread menu' }).click();
  await alice.page.getByRole('menuitem', { name: /^Go to a date/ }).click();
  await alice.dialog.getByLabel('Day').fill(value);
  await recordFrames(alice.page);
  await alice.dialog.getByRole('button', { name: 'Go there' }).click();
  await expect(alice.dialog).toHaveCount(0);
  const frame = await seesRightLines(alice);
  const seq = wholeRows(frame)[0]?.seq ?? 0;
  // The thread was made some minutes before this test looked at the clock.
  expect(Math.abs(seq - expected)).toBeLessThan(60);
  expect(await alice.list.getByRole('separator').first().textContent()).toBeTruthy();
  await framesOf(alice.page);
  await passFrames(alice.page, aWhile);
  const frames = await framesOf(alice.page);
  expect(driftOf(frames, { seq })).toBeLessThanOrEqual(1);
  expect(frames.every((each) => wholeRows(each)[0]?.seq === seq)).toBe(true);
});

test('a thread with unread messages opens at the first of them, a third down, and it stays', async ({
  alice,
  big,
}) => {
  const place = { shortId: big.thread.shortId, room: big.room };
  await alice.open({ ...big.other, room: big.room });
  await alice.sayForGood(`Hello from ${crypto.randomUUID()}`);
  const at = 150_000;
  await big.leaveAt(alice, at);
  await recordFrames(alice.page);
  await alice.page.goto(`/r/${place.room.slug}/t/${place.shortId}`);
  await alice.isLive();
  const first = alice.row(lineOf(at + 1));
  await expect(first).toBeInViewport();
  await expect(first).toContainText('99+ new messages since');
  await seesRightLines(alice);
  await framesOf(alice.page);
  await passFrames(alice.page, aWhile);
  const frames = await framesOf(alice.page);
  expect(driftOf(frames, { seq: at + 1 })).toBeLessThanOrEqual(1);
  const [box, view] = [await first.boundingBox(), await feedOf(alice)];
  const share = ((box?.y ?? 0) - (view?.y ?? 0)) / (view?.height ?? 1);
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.45);
  expect(Math.max(...frames.map((frame) => frame.most))).toBeLessThanOrEqual(60);

  // End takes one to now; N goes back to what is new.
  await alice.list.focus();
  await alice.page.keyboard.press('End');
  await expect
    .poll(async () => wholeRows(await lookAt(alice.page)).at(-1)?.seq)
    .toBeGreaterThanOrEqual(bigCount);
  await alice.page.keyboard.press('n');
  await expect(first).toBeInViewport();
  expect(await alice.rows.filter({ hasText: 'new messages since' }).count()).toBe(1);
});

test('the pill leads up to what is new when one has opened further down', async ({ alice, big }) => {
  await alice.open({ ...big.other, room: big.room });
  await alice.sayForGood(`Hello from ${crypto.randomUUID()}`);
  const at = 120_000;
  await big.leaveAt(alice, at);
  await alice.open({ shortId: big.thread.shortId, room: big.room }, '?at=180000');
  await expect(alice.row(lineOf(180_000))).toBeInViewport();
  const pill = alice.page.getByRole('button', { name: /unread above/ });
  await expect(pill).toBeVisible();
  await pill.click();
  await expect(alice.row(lineOf(at + 1))).toBeInViewport();
  await expect(pill).toHaveCount(0);
  await turnWheel(alice, 600, 6);
  await seesRightLines(alice);
  await expect(pill).toHaveCount(0);
});

test('an edit above, and colours that come late, move nothing of what is in view', async ({ alice, big }) => {
  const at = 90_000;
  await alice.open({ shortId: big.thread.shortId, room: big.room }, `?at=${at}`);
  await seesRightLines(alice);
  const top = wholeRows(await lookAt(alice.page))[0];
  const above = (top?.seq ?? 0) - 3;
  await recordFrames(alice.page);
  await framesOf(alice.page);
  await big.change(above, 'A much longer text than before. '.repeat(30));
  // The change has come when the row itself, above the view but in the page, shows it.
  await expect(alice.page.locator(`[data-seq="${above}"]`)).toContainText('A much longer text');
  // Code comes plain, its colours a moment later.
  await big.change(above, `\`\`\`js\n${'const answer = 42; // to everything\n'.repeat(12)}\`\`\``);
  await expect(alice.page.locator(`[data-seq="${above}"] pre span`).first()).toBeAttached();
  await passFrames(alice.page, 30);
  const frames = await framesOf(alice.page);
  expect(driftOf(frames, { seq: top?.seq ?? 0 })).toBeLessThanOrEqual(1);
  await big.change(above, lineOf(above));
});
