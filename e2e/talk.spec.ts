import { expect, test } from './fixtures';
import { driftOf, framesOf, passFrames, recordFrames } from './frames';
import { Wire } from './wire';

test('two visitors talk live: mine is right and tinted, the other is left', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('Good morning from Alice');
  await expect(bob.row('Good morning from Alice')).toHaveCount(1);
  await expect(bob.row('Good morning from Alice')).toContainText(await alice.name());
  await bob.say('And from Bob');
  await expect(alice.row('And from Bob')).toHaveCount(1);

  await alice.seesOn('right', 'Good morning from Alice');
  await alice.seesOn('left', 'And from Bob');
  await bob.seesOn('left', 'Good morning from Alice');
  await bob.seesOn('right', 'And from Bob');
  const [mine, other] = [await alice.lookOf('Good morning from Alice'), await alice.lookOf('And from Bob')];
  expect(mine.colour).not.toBe(other.colour);
  expect((await bob.lookOf('And from Bob')).colour).toBe(mine.colour);
  await expect(alice.rows).toHaveCount(2);
});

test('a message stands at the key press and becomes the sent one in its place', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  await guest.sayAll(room.mainThreadId, ['One', 'Two', 'Three']);
  await using wire = await Wire.to(baseURL);
  const alice = await visit({ proxy: { server: wire.url } });
  // The wire goes before the page does, which may ask for it once more.
  alice.guard.tolerate(/ERR_PROXY_CONNECTION_FAILED/);
  await alice.open(room);
  await alice.say('The first makes me known');
  await recordFrames(alice.page);
  for (const text of ['Short one', 'A longer one,\nwith a second line,\nand a third']) {
    wire.delayMs = 400;
    const answered = Date.now() + wire.delayMs;
    await alice.composer.fill(text);
    await alice.composer.press('Enter');
    await expect(alice.row(text)).toHaveCount(1, { timeout: 300 });
    expect(Date.now()).toBeLessThan(answered);
    await expect.poll(() => guest.texts(room.mainThreadId)).toContain(text);
    await expect(alice.row(text).getByRole('time')).toBeVisible();
    wire.delayMs = 0;
    await passFrames(alice.page, 20);
    const frames = (await framesOf(alice.page)).filter((frame) =>
      frame.rows.some((row) => row.text.includes(text)),
    );
    expect(frames.length).toBeGreaterThan(20);
    expect(driftOf(frames, { text })).toBeLessThanOrEqual(1);
    const counts = frames.map((frame) => frame.rows.filter((row) => row.text.includes(text)).length);
    expect(Math.max(...counts)).toBe(1);
  }
});

test('a thread by title and a thread from a message are live for both', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.startThread('Lunch on Friday');
  await bob.threadLink('Lunch on Friday').click();
  await expect(bob.page.getByRole('heading', { level: 1, name: 'Lunch on Friday' })).toBeVisible();
  await alice.say('Who is coming?');
  await expect(bob.row('Who is coming?')).toHaveCount(1);
  await bob.say('I am');
  await expect(alice.row('I am')).toHaveCount(1);

  await alice.row('I am').hover();
  await alice.row('I am').getByRole('button', { name: 'Start a thread' }).click();
  await expect(alice.page).toHaveURL(/\/t\/[0-9a-z]{12}/);
  await expect(alice.page.getByRole('heading', { level: 1, name: 'I am' })).toBeVisible();
  await alice.say('Then we need a table');
  await bob.row('I am').getByRole('link', { name: '1 reply' }).click();
  await expect(bob.row('Then we need a table')).toHaveCount(1);
});

test('a reload keeps who I am and where my messages stand', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  const texts = ['First of Alice', 'Second of Alice', 'Third of Alice'];
  for (const text of texts) await alice.say(text);
  await expect(bob.row('Third of Alice')).toHaveCount(1);
  await bob.say('Only of Bob');
  await expect(alice.row('Only of Bob')).toHaveCount(1);
  const name = await alice.name();

  await alice.page.reload();
  await alice.isLive();
  expect(await alice.name()).toBe(name);
  for (const [i, text] of [...texts, 'Only of Bob'].entries()) {
    await expect(alice.rows.nth(i)).toContainText(text);
    await expect(alice.rows.nth(i)).toHaveAttribute('data-seq', String(i + 1));
  }
  for (const text of texts) await alice.seesOn('right', text);
  await alice.seesOn('left', 'Only of Bob');
});

test('a reload keeps times in my own time zone', async ({ alice, room }) => {
  await alice.open(room);
  await alice.say('What time is it?');
  const time = alice.row('What time is it?').getByRole('time');
  await expect(time).toHaveText(/^\d\d:\d\d$/);
  const before = await time.textContent();
  await alice.page.reload();
  await alice.isLive();
  await expect(time).toHaveText(before ?? '');
});

test('a new name stands on what I wrote before, after the other reloads', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('Under the old name');
  await alice.rename('Ada of the North');
  expect(await alice.name()).toBe('Ada of the North');
  await expect(bob.row('Under the old name')).toHaveCount(1);
  await bob.page.reload();
  await expect(bob.row('Under the old name')).toContainText('Ada of the North');
  await alice.page.reload();
  expect(await alice.name()).toBe('Ada of the North');
});

test('a second tab of mine is the same person', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('From the first tab');
  const other = await alice.otherTab();
  await other.open(room);
  expect(await other.name()).toBe(await alice.name());
  await other.seesOn('right', 'From the first tab');
  await other.say('From the second tab');
  await expect(alice.row('From the second tab')).toHaveCount(1);
  await alice.seesOn('right', 'From the second tab');
  await expect(bob.row('From the second tab')).toHaveCount(1);
  await bob.seesOn('left', 'From the second tab');
});
