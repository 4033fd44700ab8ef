import { expect, test } from './fixtures';
import type { Person } from './person';

/** Makes a private room in the page and a link into it. */
async function privateRoom(owner: Person, name: string): Promise<string> {
  await owner.open('inbox');
  await owner.rooms.getByRole('button', { name: 'New room' }).click();
  await owner.dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await owner.dialog.getByText('Private', { exact: true }).click();
  await owner.dialog.getByRole('button', { name: 'Make room' }).click();
  await expect(owner.page.getByRole('heading', { level: 1, name })).toBeVisible();
  await owner.pickInRoom('Invite people');
  await owner.dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = owner.dialog.getByRole('textbox', { name: /^Copy it now/ });
  await expect(link).toHaveValue(/\/join#[\w-]{43}$/);
  const address = await link.inputValue();
  await owner.page.keyboard.press('Escape');
  return address;
}

async function joinBy(person: Person, address: string, room: string): Promise<void> {
  await person.page.goto(address);
  await expect(person.page.getByRole('heading', { name: `invites you to ${room}` })).toBeVisible();
  await person.page.getByRole('button', { name: /^Join as / }).click();
  await expect(person.page.getByRole('heading', { level: 1, name: room })).toBeVisible({ timeout: 20_000 });
  await person.isLive();
}

test('a link lets a stranger into a private room, and a removal ends it in the open tab', async ({
  alice,
  bob,
}) => {
  // Whether the page's socket stands by then is chance: without one the browser says so itself.
  bob.guard.tolerate(/room\.join.*403/);
  const address = await privateRoom(alice, 'Rose garden');
  await joinBy(bob, address, 'Rose garden');
  const name = await bob.name();
  await bob.say('May I come in?');
  await expect(alice.row('May I come in?')).toBeVisible();

  await alice.pickInRoom('People');
  await alice.dialog.getByRole('button', { name: `Actions for ${name}` }).click();
  await alice.page.getByRole('menuitem', { name: 'Remove from the room' }).click();
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(bob.page.getByRole('heading', { name: 'You were removed from Rose garden' })).toBeVisible();
  await expect(bob.rooms.getByText('Rose garden')).toHaveCount(0);
  await alice.page.keyboard.press('Escape');
  await alice.say('Just us now');

  // The link is no way back.
  await bob.page.goto(address);
  await bob.page.getByRole('button', { name: /^Join as / }).click();
  await expect(bob.page.getByText('You were removed from this room.')).toBeVisible();
});

test('a role changes what the menu offers, and who leaves is out', async ({ alice, bob }) => {
  const address = await privateRoom(alice, 'Herb garden');
  await joinBy(bob, address, 'Herb garden');
  const name = await bob.name();
  const invite = bob.page.getByRole('menuitem', { name: 'Invite people' });
  await bob.page.getByRole('button', { name: 'Room menu' }).click();
  await expect(bob.page.getByRole('menuitem', { name: 'People', exact: true })).toBeVisible();
  await expect(invite).toHaveCount(0);
  await bob.page.keyboard.press('Escape');

  await alice.pickInRoom('People');
  await alice.dialog.getByRole('button', { name: `Actions for ${name}` }).click();
  await alice.page.getByRole('menuitem', { name: 'Make a moderator' }).click();
  await expect(alice.dialog.getByText('Moderator', { exact: true })).toBeVisible();
  await expect(async () => {
    await bob.page.getByRole('button', { name: 'Room menu' }).click();
    await expect(invite).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await bob.page.getByRole('menuitem', { name: 'Leave' }).click();
  await bob.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(bob.page).toHaveURL(/\/$/);
  await expect(bob.rooms.getByText('Herb garden')).toHaveCount(0);
});

test('two people talk directly, and nobody hears of it before something is said', async ({
  alice,
  bob,
  room,
}) => {
  await alice.open(room);
  await bob.open(room);
  await alice.say('I am here');
  await bob.say('So am I');
  const [hers, his] = [await alice.name(), await bob.name()];

  await alice.rooms.getByRole('button', { name: 'New direct conversation' }).click();
  await alice.dialog
    .getByRole('list', { name: 'People you know' })
    .getByRole('button', { name: his })
    .click();
  await alice.dialog.getByRole('button', { name: 'Start' }).click();
  await expect(alice.page.getByRole('heading', { level: 1, name: his })).toBeVisible();
  const group = bob.rooms.getByRole('region', { name: 'Direct' });
  await expect(group.getByRole('link')).toHaveCount(0);
  await alice.say('Just between us');
  await group.getByRole('link', { name: hers }).click();
  await expect(bob.page.getByRole('heading', { level: 1, name: hers })).toBeVisible();
  await expect(bob.row('Just between us')).toBeVisible();
  await bob.say('I can keep a secret');
  await expect(alice.row('I can keep a secret')).toBeVisible();
});
