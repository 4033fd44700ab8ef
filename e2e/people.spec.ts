import { newEmail, register, tolerateTheChange } from './account';
import { expect, test } from './fixtures';

test('S41: whoever has no account is marked wherever their name stands, whatever they call themselves', async ({
  alice,
  bob,
  room,
}) => {
  tolerateTheChange(alice);
  await register(alice, newEmail(), 'Admin Ann');
  await alice.open(room);
  await alice.say('I have an account');
  await bob.open(room);
  await bob.say('I only say that I am her');
  await bob.rename('Admin Ann');
  await bob.page.reload();
  await bob.isLive();
  await bob.say('Believe me');
  await alice.page.reload();
  await alice.isLive();
  await expect(alice.row('I only say that I am her')).toContainText('Admin Annvisitor');
  await expect(alice.threadLink(room.name)).toContainText('Admin Ann (visitor): Believe me');
  await expect(bob.row('I have an account')).toContainText('Admin Ann');
  await expect(bob.row('I have an account')).not.toContainText('visitor');
  await alice
    .row('I only say that I am her')
    .getByRole('button', { name: 'About Admin Ann' })
    .first()
    .click();
  await expect(alice.dialog).toContainText('Visitor');
});

test('a picture and a line that somebody chooses are what others see', async ({ alice, bob, room }) => {
  const hueOf = () =>
    bob
      .row('Look at me')
      .getByText(/^\p{Lu}{1,2}$/u)
      .evaluate((face) => face.style.background);
  await alice.open(room);
  await alice.say('Look at me');
  await bob.open(room);
  const before = await hueOf();
  await alice.page.goto('/account');
  const group = alice.page.getByRole('group', { name: 'Picture' });
  const shown = await group
    .locator('label span')
    .nth(1)
    .evaluate((face) => face.style.background);
  // Not the one that came with the id.
  await group
    .getByRole('radio')
    .nth(shown === before ? 11 : 1)
    .press('Space');
  await alice.page.getByRole('textbox', { name: 'A line about you' }).fill('Keeps bees');
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await expect(alice.page.getByText('Saved.')).toBeVisible();
  await expect.poll(hueOf).not.toBe(before);
  await bob
    .row('Look at me')
    .getByRole('button', { name: /^About/ })
    .first()
    .click();
  await expect(bob.dialog).toContainText('Keeps bees');
});

test('moderators see what waits for them beside the room, and act on people from the list and from a card', async ({
  alice,
  bob,
  visit,
  hers,
}) => {
  const { room } = await hers({ visitors: 'approve' });
  await bob.open(room);
  await bob.composer.fill('Am I welcome?');
  await bob.composer.press('Enter');
  const entry = alice.rooms.getByRole('link', { name: room.name });
  await expect(entry).toContainText('1 waiting for moderators');
  await alice.page.getByRole('button', { name: /waiting for moderators$/ }).click();
  await alice.dialog.getByRole('button', { name: 'Let in' }).click();
  await alice.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(entry).not.toContainText('waiting');
  const name = await bob.name();

  await alice.pickInRoom('People');
  await alice.dialog.getByRole('button', { name: `Actions for ${name}` }).click();
  await alice.page.getByRole('menuitem', { name: 'Mute or ban …' }).click();
  await alice.page.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(bob.page.getByText('A moderator has muted you here until')).toBeVisible();
  await expect(alice.dialog.getByRole('list', { name: 'People' })).toBeVisible();
  await alice.page.keyboard.press('Escape');
  await expect(alice.dialog).toHaveCount(0);

  await alice
    .row('Am I welcome?')
    .getByRole('button', { name: `About ${name}` })
    .first()
    .click();
  await alice.dialog.getByRole('button', { name: 'Remove from the room' }).click();
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await alice.pickInRoom('People');
  await expect(alice.dialog.getByRole('button', { name: `Actions for ${name}` })).toHaveCount(0);
  await alice.page.keyboard.press('Escape');

  // To others than moderators a card offers a conversation, and nothing else.
  const carol = await visit();
  await carol.open(room);
  await carol
    .row('Am I welcome?')
    .getByRole('button', { name: `About ${name}` })
    .first()
    .click();
  await expect(carol.dialog.getByRole('button')).toHaveText(['Write directly']);
  await carol.dialog.getByRole('button', { name: 'Write directly' }).click();
  await expect(carol.page.getByRole('heading', { level: 1, name })).toBeVisible();
});

test('a card says why nobody can be written to who has gone meanwhile', async ({ alice, guest, room }) => {
  await guest.say(room.mainThreadId, 'I am about to go');
  await alice.open(room);
  await alice
    .row('I am about to go')
    .getByRole('button', { name: `About ${guest.name}` })
    .first()
    .click();
  await expect(alice.dialog).toBeVisible();
  await guest.erase();
  await alice.dialog.getByRole('button', { name: 'Write directly' }).click();
  await expect(alice.dialog.getByRole('alert')).toContainText('is not here any more.');
  await alice.page.keyboard.press('Escape');
  await expect(alice.dialog).toHaveCount(0);
});

test('a new name reaches the open lists and threads of others by itself', async ({ alice, bob, room }) => {
  await alice.open(room);
  await bob.open(room);
  await bob.say('Who am I?');
  await expect(alice.row('Who am I?')).toHaveCount(1);
  await bob.rename('Quick Fox');
  await expect(alice.row('Who am I?')).toContainText('Quick Fox');
  await expect(alice.threadLink(room.name)).toContainText('Quick Fox (visitor): Who am I?');
});

test('rooms that are hidden or archived have a list of their own, and a way back', async ({
  alice,
  hers,
}) => {
  const { room } = await hers();
  const entry = alice.rooms.getByRole('link', { name: room.name });
  const away = alice.rooms.getByRole('button', { name: 'Hidden and archived' });
  const putAway = async (part: string) => {
    await away.click();
    return alice.dialog
      .getByRole('region', { name: part })
      .getByRole('listitem')
      .filter({ hasText: room.name });
  };
  await alice.isLive();
  await expect(away).toHaveCount(0);
  await alice.pickInRoom('Hide from my list');
  await expect(entry).toHaveCount(0);
  await (await putAway('Hidden by you')).getByRole('button', { name: 'Show again' }).click();
  await alice.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(away).toHaveCount(0);
  await expect(alice.rooms).toBeFocused();
  await entry.click();

  await alice.pickInRoom('Settings');
  await alice.dialog.getByRole('button', { name: 'Archive' }).click();
  await alice.page
    .getByRole('dialog', { name: `Archive ${room.name}?` })
    .getByRole('button', { name: 'Archive' })
    .click();
  await expect(entry).toHaveCount(0);
  await (await putAway('Archived')).getByRole('button', { name: 'Open again' }).click();
  await alice.dialog.getByRole('button', { name: 'Close' }).click();
  await entry.click();
  await alice.say('And on we go');
});

test('whoever has only just come finds again what they hide', async ({ alice, room }) => {
  await alice.open(room);
  await alice.say('I am new here');
  await alice.pickInRoom('Hide from my list');
  await alice.rooms.getByRole('button', { name: 'Hidden and archived' }).click();
  await expect(alice.dialog.getByRole('region', { name: 'Hidden by you' })).toContainText(room.name);
});
