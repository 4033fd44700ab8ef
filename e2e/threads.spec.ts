import { expect, test } from './fixtures';
import { pathOf, type Person } from './person';

async function pick(person: Person, entry: string): Promise<void> {
  await person.page.getByRole('button', { name: 'Thread menu' }).click();
  await person.page.getByRole('menuitem', { name: entry, exact: true }).click();
}
const heading = (person: Person, name: string) => person.page.getByRole('heading', { level: 1, name });

test('a thread is renamed, locked and archived before the eyes of others, who may do none of it', async ({
  alice,
  bob,
  room,
}) => {
  await alice.open(room);
  await alice.say('Hello');
  await alice.startThread('Rope for Sunday');
  await alice.say('Who brings it');
  await bob.open(room);
  await bob.threadLink('Rope for Sunday').click();
  await bob.say('I can');
  await bob.page.getByRole('button', { name: 'Thread menu' }).click();
  await expect(bob.page.getByRole('menuitem', { name: 'Copy link' })).toBeVisible();
  for (const refused of ['Rename', 'Lock', 'Archive', 'Delete'])
    await expect(bob.page.getByRole('menuitem', { name: refused, exact: true })).toHaveCount(0);
  await bob.page.keyboard.press('Escape');

  await pick(alice, 'Rename');
  await alice.dialog.getByRole('textbox', { name: 'Title' }).fill('Ropes for Sunday');
  await alice.dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(alice.dialog).toHaveCount(0);
  for (const person of [alice, bob]) {
    await expect(heading(person, 'Ropes for Sunday')).toBeVisible();
    await expect(person.threadLink('Ropes for Sunday')).toBeVisible();
  }
  // Its creator may not lock it, nor delete it now that somebody else has written in it.
  await alice.page.getByRole('button', { name: 'Thread menu' }).click();
  await expect(alice.page.getByRole('menuitem', { name: 'Archive', exact: true })).toBeVisible();
  for (const refused of ['Lock', 'Delete'])
    await expect(alice.page.getByRole('menuitem', { name: refused, exact: true })).toHaveCount(0);
  await alice.page.keyboard.press('Escape');

  await pick(alice, 'Archive');
  await expect(bob.page.getByText('This thread is archived: it can be read, not written to.')).toBeVisible();
  await expect(bob.composer).toHaveCount(0);
  await expect(bob.threadLink('Ropes for Sunday')).toHaveCount(0);
  await pick(alice, 'Bring back');
  await expect(bob.composer).toBeVisible();
  await bob.say('Back again');
});

test('a moderator locks and deletes a thread: it goes from every list, and its address says so', async ({
  alice,
  bob,
}) => {
  await alice.page.goto('/');
  await alice.isLive();
  await alice.page.getByRole('button', { name: 'New room' }).click();
  const name = `Verbs ${crypto.randomUUID().slice(0, 8)}`;
  await alice.dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await alice.dialog.getByRole('button', { name: 'Make room' }).click();
  await expect(heading(alice, name)).toBeVisible();
  await alice.say('A message to start from');
  const roomPath = new URL(alice.page.url()).pathname;
  // The row gets its place while the pointer comes, so the pointer may have to come again.
  await expect(async () => {
    await alice.page.mouse.move(0, 0);
    await alice.row('A message to start from').hover();
    await alice.page
      .getByRole('button', { name: 'Start a thread from this message' })
      .click({ timeout: 2_000 });
  }).toPass();
  await expect(heading(alice, 'A message to start from')).toBeVisible();
  await alice.say('The rose is red');
  const threadPath = new URL(alice.page.url()).pathname;

  await bob.page.goto(roomPath);
  await bob.isLive();
  await expect(bob.threadList.locator(`a[href="${threadPath}"]`)).toBeVisible();
  const card = bob.page.getByRole('link', { name: /A message to start from 1 reply/ });
  await expect(card).toBeVisible();
  const tab = await bob.otherTab();
  await tab.page.goto(threadPath);
  await tab.isLive();
  await expect(tab.row('The rose is red')).toBeVisible();

  await pick(alice, 'Lock');
  await expect(tab.page.getByText('This thread is locked: nobody can write in it for now.')).toBeVisible();
  await pick(alice, 'Unlock');
  await expect(tab.composer).toBeVisible();

  await pick(alice, 'Delete');
  await expect(alice.dialog).toContainText('Its one message goes with it');
  await alice.dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(tab.row('The rose is red')).toBeVisible();
  await pick(alice, 'Delete');
  await alice.dialog.getByRole('button', { name: 'Delete thread' }).click();
  await expect(heading(alice, name)).toBeVisible();
  await expect(alice.row('A message to start from')).toBeVisible();
  const listed = (person: Person) => person.threadList.locator(`a[href="${threadPath}"]`);
  await expect(listed(alice)).toHaveCount(0);

  await expect(tab.page.getByText('This thread was deleted')).toBeVisible();
  await expect(tab.page.getByText('The rose is red')).toHaveCount(0);
  await expect(card).toHaveCount(0);
  await expect(listed(bob)).toHaveCount(0);
  // By its address, now and for somebody new.
  tab.guard.tolerate(/404/);
  await tab.page.goto(threadPath);
  await expect(tab.page.getByText('This thread was deleted')).toBeVisible();
  await expect(tab.page.getByText('The rose is red')).toHaveCount(0);
});

test('Follow, Mute and Mark as unread in the menu are seen in the list', async ({ alice, room, guest }) => {
  const thread = await guest.startThread(room.id, 'Something to follow');
  await guest.sayAll(thread.id, ['One', 'Two']);
  await alice.open(room);
  await alice.say('Now I am somebody');
  await alice.page.goto(pathOf({ ...thread, room }));
  await alice.isLive();
  await pick(alice, 'Follow');
  await guest.say(thread.id, 'Three');
  await expect(alice.row('Three')).toBeVisible();
  await pick(alice, 'Mark as unread');
  await expect(alice.threadLink('Something to follow')).toContainText(/\d+ unread/);
  await pick(alice, 'Mute');
  await expect(alice.threadLink('Something to follow').getByLabel('Muted')).toBeVisible();
  await expect(alice.threadLink('Something to follow')).not.toContainText('unread');
  await pick(alice, 'Unmute');
  await expect(alice.threadLink('Something to follow').getByLabel('Muted')).toHaveCount(0);
});
