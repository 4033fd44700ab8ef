import { expect, test } from './fixtures';
import type { Person } from './person';

/** How far the last row's lower edge lies from the list's, px. */
const distanceFromEnd = (person: Person) =>
  person.list.evaluate((list) => {
    const rows = [...list.querySelectorAll('[data-seq]')];
    return Math.abs((rows.at(-1)?.getBoundingClientRect().bottom ?? 0) - list.getBoundingClientRect().bottom);
  });

test('an edit, a deletion, its undo, a reply and a reaction are seen by both at once', async ({
  alice,
  bob,
  room,
}) => {
  await alice.open(room);
  await bob.open(room);
  await alice.say('Who brings the rope');
  await alice.say('Never mind me');

  await bob.row('Who brings the rope').hover();
  await bob.page.getByRole('button', { name: 'React with 👍' }).click();
  await expect(alice.row('Who brings the rope').getByRole('button', { name: /^👍 1, by/ })).toBeVisible();

  await bob.row('Who brings the rope').hover();
  await bob.page.getByRole('button', { name: 'Reply', exact: true }).click();
  await bob.say('The blue one');
  await expect(alice.row('The blue one')).toContainText('Who brings the rope');

  await alice.pick('Never mind me', /^Delete/);
  await expect(bob.row('Never mind me')).toHaveCount(0);
  await expect(bob.row('This message has been deleted')).toHaveCount(1);
  await alice.row('This message has been deleted').getByRole('button', { name: 'Undo' }).click();
  await expect(bob.row('Never mind me')).toHaveCount(1);

  await alice.page.mouse.move(0, 0);
  await alice.rows.filter({ hasText: 'Who brings the rope' }).first().hover();
  await alice.rows
    .filter({ hasText: 'Who brings the rope' })
    .first()
    .getByRole('button', { name: 'More', exact: true })
    .click();
  await alice.page.getByRole('menuitem', { name: /^Edit/ }).first().click();
  await expect(alice.composer).toHaveValue('Who brings the rope');
  await alice.composer.fill('Who brings the long rope');
  await alice.composer.press('Enter');
  await expect(bob.row('The blue one')).toContainText('Who brings the long rope');
  await expect(bob.rows.filter({ hasText: 'edited' })).toHaveCount(1);
});

test('the history of a message shows what changed', async ({ alice, bob, room }) => {
  await alice.open(room);
  await bob.open(room);
  await alice.say('We meet at nine');
  // It can be changed from here once it has its place.
  await expect(async () => {
    await alice.composer.press('ArrowUp');
    await expect(alice.composer).toHaveValue('We meet at nine', { timeout: 500 });
  }).toPass();
  await alice.composer.fill('We meet at ten');
  await alice.composer.press('Enter');
  await bob.pick('We meet at ten', /history/);
  await expect(bob.dialog.locator('del')).toHaveText('nine');
  await expect(bob.dialog.locator('ins')).toHaveText('ten');
});

test('answering and changing leave a list at its end where it is', async ({ alice, guest, room }) => {
  await guest.sayAll(
    room.mainThreadId,
    Array.from({ length: 30 }, (_, i) => `Line ${i}`),
  );
  await alice.open(room);
  await alice.say('My last words');
  await expect(async () => {
    await alice.composer.press('ArrowUp');
    await expect(alice.page.getByText('Change message')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect.poll(() => distanceFromEnd(alice)).toBeLessThanOrEqual(1);
  await alice.composer.press('Escape');
  await expect(alice.page.getByText('Change message')).toBeHidden();
  await expect.poll(() => distanceFromEnd(alice)).toBeLessThanOrEqual(1);
  await guest.say(room.mainThreadId, 'One more');
  await expect(alice.row('One more')).toBeInViewport();
});

test('messages are walked, answered and changed by keys alone', async ({ alice, room }) => {
  await alice.open(room);
  await alice.say('First of mine');
  await alice.sayForGood('Second of mine');
  await alice.list.focus();
  await alice.page.keyboard.press('ArrowUp');
  await expect(alice.row('Second of mine')).toBeFocused();
  await alice.page.keyboard.press('ArrowUp');
  await expect(alice.row('First of mine')).toBeFocused();
  await alice.page.keyboard.press('+');
  await expect(alice.row('First of mine').getByRole('button', { name: /^👍 1/ })).toBeVisible();
  await alice.page.keyboard.press('r');
  await expect(alice.composer).toBeFocused();
  await expect(alice.page.getByText(/^Reply to /)).toBeVisible();
  await alice.page.keyboard.press('Escape');
  await alice.list.focus();
  await alice.page.keyboard.press('ArrowUp');
  await alice.page.keyboard.press('Delete');
  await expect(alice.row('This message has been deleted')).toHaveCount(1);
});
