import { expect, test } from './fixtures';
import type { Person } from './person';

const heightOf = (person: Person) =>
  person.row('Line 1').evaluate((row) => Math.round(row.getBoundingClientRect().height));
const topOf = (person: Person, text: string) =>
  person.row(text).evaluate((row) => row.getBoundingClientRect().top);

test('a very tall message shows its beginning, and all of it without moving what is above', async ({
  alice,
  room,
  guest,
}) => {
  await guest.say(room.mainThreadId, 'What stands above');
  await guest.say(room.mainThreadId, Array.from({ length: 400 }, (_, i) => `Line ${i + 1}`).join('\n'));
  await alice.open(room);
  await expect.poll(() => heightOf(alice)).toBeLessThan(700);
  await alice.row('Line 1').getByRole('button', { name: 'Show all' }).focus();
  const above = await topOf(alice, 'What stands above');
  await alice.page.keyboard.press('Enter');
  await expect.poll(() => heightOf(alice)).toBeGreaterThan(8_000);
  expect(Math.abs((await topOf(alice, 'What stands above')) - above)).toBeLessThanOrEqual(1);
  await alice.list.focus();
  await alice.page.keyboard.press('End');
  await alice.row('Line 1').getByRole('button', { name: 'Show less' }).click();
  await expect.poll(() => heightOf(alice)).toBeLessThan(700);
  await expect(alice.row('Line 1')).toBeInViewport();
});

test('a link to a message and its text can be copied', async ({ visit, room, guest }) => {
  await guest.say(room.mainThreadId, 'Take me **along**');
  const person = await visit({ permissions: ['clipboard-read', 'clipboard-write'] });
  await person.open(room);
  const copied = () => person.page.evaluate(() => navigator.clipboard.readText());
  const pick = async (entry: RegExp) => {
    await person.row('Take me').hover();
    await person.row('Take me').getByRole('button', { name: 'More', exact: true }).click();
    await person.page.getByRole('menuitem', { name: entry }).click();
  };
  await pick(/^Copy text/);
  await expect.poll(copied).toBe('Take me **along**');
  await pick(/^Copy link/);
  await expect.poll(copied).toBe(new URL(`/r/${room.slug}?at=1`, person.page.url()).href);
  await person.page.goto(await copied());
  await expect(person.row('Take me')).toBeInViewport();
});
