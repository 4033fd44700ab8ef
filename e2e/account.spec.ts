import { newEmail, register, signIn, tolerateTheChange } from './account';
import { expect, test } from './fixtures';
import type { Person } from './person';

const openMe = async (person: Person) => {
  await person.page.getByTitle('Change your name').click();
  await expect(person.dialog).toBeVisible();
};

test('a visitor registers, and everything they wrote and read stays theirs', async ({
  alice,
  guest,
  room,
}) => {
  tolerateTheChange(alice);
  const thread = await guest.startThread(room.id, 'Long evenings');
  await alice.open(thread);
  await alice.say('Written as a visitor');
  await guest.say(thread.id, 'Read by the visitor');
  await expect(alice.row('Read by the visitor')).toBeVisible();
  const otherTab = await alice.otherTab();
  await otherTab.open(thread);
  await otherTab.composer.fill('Half a thought');
  await register(alice, newEmail(), 'Alice');
  await expect(alice.threadLink('Long evenings')).toBeVisible();
  await alice.threadLink('Long evenings').click();
  await alice.seesOn('right', 'Written as a visitor');
  expect(await alice.name()).toBe('Alice');
  // The other tab goes on where it was, as the account.
  await otherTab.isLive();
  await expect(otherTab.composer).toHaveValue('Half a thought');
  await otherTab.composer.press('Enter');
  await otherTab.seesOn('right', 'Half a thought');
  await otherTab.seesOn('right', 'Written as a visitor');
  await alice.seesOn('right', 'Half a thought');
});

test('S23: signing out everywhere reaches another computer within two seconds', async ({
  alice,
  bob,
  room,
}) => {
  [alice, bob].forEach(tolerateTheChange);
  const email = newEmail();
  await register(alice, email, 'Alice');
  await alice.open(room);
  await alice.say('From the first computer');
  await signIn(bob, email);
  await bob.open(room);
  await bob.seesOn('right', 'From the first computer');
  await bob.page.goto('/account');
  await bob.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  const since = Date.now();
  await alice.page.waitForURL(/\/sign-in\?why=ended/);
  expect(Date.now() - since).toBeLessThan(5_000);
  await bob.page.waitForURL(/\/sign-in/);
  // Nothing private comes back with the back button.
  await alice.page.goBack();
  await expect(alice.page.getByTitle('Change your name')).not.toContainText('Alice');
});

test('S60 S83: after signing out the browser holds nothing of the account', async ({ alice }) => {
  tolerateTheChange(alice);
  await register(alice, newEmail(), 'Alice');
  await alice.page.getByRole('button', { name: 'New room' }).click();
  await alice.dialog.getByRole('textbox', { name: 'Name' }).fill('Private matters');
  await alice.dialog
    .getByRole('radio', { name: /^Private|invited/i })
    .first()
    .check();
  await alice.dialog.getByRole('button', { name: 'Make room' }).click();
  await expect(alice.dialog).toBeHidden();
  await alice.say('For my eyes only');
  await openMe(alice);
  await alice.dialog.getByRole('button', { name: 'Sign out' }).click();
  await alice.page.waitForURL('/');
  await alice.isLive();
  await alice.page.goBack();
  await alice.isLive();
  await expect(alice.page.getByText('For my eyes only')).toHaveCount(0);
  const kept = await alice.page.evaluate(() =>
    Object.keys(localStorage).filter((key) => key === 'foyer.account'),
  );
  expect(kept).toEqual([]);
});

test('signing in to an account claims the visitor of this browser, when the person says so', async ({
  alice,
  bob,
  guest,
  room,
}) => {
  [alice, bob].forEach(tolerateTheChange);
  const email = newEmail();
  await register(bob, email, 'Roberta');
  await alice.open(room);
  await alice.say('As a visitor of the second computer');
  await signIn(alice, email);
  await expect(alice.dialog).toContainText('Keep everything of it in your account');
  await alice.dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(alice.dialog).toBeHidden();
  await alice.open(room);
  await alice.seesOn('right', 'As a visitor of the second computer');
  await bob.open(room);
  await bob.seesOn('right', 'As a visitor of the second computer');
  expect(await guest.texts(room.mainThreadId)).toContain('As a visitor of the second computer');
});
