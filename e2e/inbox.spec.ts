import { expect, test } from './fixtures';
import type { Person } from './person';

/** Titles of these threads from top to bottom, as the list shows them. */
async function orderOf(person: Person, titles: string[]): Promise<string[]> {
  const places = await Promise.all(
    titles.map(async (title) => ({ title, box: await person.threadLink(title).boundingBox() })),
  );
  return places.toSorted((a, b) => (a.box?.y ?? 0) - (b.box?.y ?? 0)).map(({ title }) => title);
}

test('a room that somebody makes appears with the others at once', async ({ alice, bob }) => {
  await Promise.all([alice.open('inbox'), bob.open('inbox')]);
  const name = `Choir ${crypto.randomUUID().slice(0, 8)}`;
  await bob.page.getByRole('button', { name: 'New room' }).click();
  await bob.dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await bob.dialog.getByRole('textbox', { name: /^Topic/ }).fill('Tuesdays at eight');
  await bob.dialog.getByRole('button', { name: 'Make room' }).click();
  await expect(bob.page.getByRole('heading', { level: 1, name })).toBeVisible();
  await bob.say('The first note');

  await alice.rooms.getByRole('link', { name }).click();
  await expect(alice.row('The first note')).toHaveCount(1);
  await alice.say('The second note');
  await expect(bob.row('The second note')).toHaveCount(1);
});

test('a private room appears for nobody else', async ({ alice, bob }) => {
  await Promise.all([alice.open('inbox'), bob.open('inbox')]);
  const [secret, open] = ['Secret', 'Open'].map((kind) => `${kind} ${crypto.randomUUID().slice(0, 8)}`);
  for (const [name, access] of [
    [secret, 'Private'],
    [open, 'Open'],
  ] as const) {
    await bob.page.getByRole('button', { name: 'New room' }).click();
    await bob.dialog.getByRole('textbox', { name: 'Name' }).fill(name ?? '');
    await bob.dialog.getByRole('radio', { name: new RegExp(`^${access}`) }).check();
    await bob.dialog.getByRole('button', { name: 'Make room' }).click();
    await expect(bob.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }
  await expect(alice.rooms.getByRole('link', { name: open })).toBeVisible();
  await expect(alice.rooms.getByRole('link', { name: secret })).toHaveCount(0);
  await expect(bob.rooms.getByRole('link', { name: secret })).toBeVisible();
});

test('a new message lifts its thread and its room, and is shown there', async ({ alice, room, guest }) => {
  const word = room.id.slice(-8);
  const titles = [`Older ${word}`, `Newer ${word}`];
  const older = await guest.startThread(room.id, `Older ${word}`);
  const newer = await guest.startThread(room.id, `Newer ${word}`);
  await guest.say(older.id, 'One');
  await guest.say(newer.id, 'Two');
  await alice.open('inbox');
  await expect.poll(() => orderOf(alice, titles)).toEqual([`Newer ${word}`, `Older ${word}`]);
  await guest.say(older.id, 'Look up here');
  await expect(alice.threadLink(`Older ${word}`)).toContainText('Helpful Guest (visitor): Look up here');
  await expect.poll(() => orderOf(alice, titles)).toEqual([`Older ${word}`, `Newer ${word}`]);
});

test('the inbox has my own threads apart', async ({ alice, room, guest }) => {
  const word = room.id.slice(-8);
  const thread = await guest.startThread(room.id, `Shared ${word}`);
  await guest.startThread((await guest.makeRoom()).id, `Foreign ${word}`);
  await alice.open({ ...thread, room });
  await alice.say('I take part in this');
  await alice.open('inbox');
  await alice.page.getByRole('radio', { name: 'Mine' }).click();
  await expect(alice.threadLink(`Shared ${word}`)).toHaveCount(1);
  await expect(alice.threadLink(`Foreign ${word}`)).toHaveCount(0);
  // The choice keeps the focus, and leaves the letters to the page.
  await alice.page.keyboard.press('?');
  await expect(alice.dialog).toBeVisible();
});
