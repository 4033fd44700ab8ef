import { expect, test } from './fixtures';
import { pathOf, type Person } from './person';

/** The same person at another computer: a browser of its own that holds the same secret. */
async function secondDevice(visit: () => Promise<Person>, person: Person): Promise<Person> {
  const secret = await person.secret();
  const other = await visit();
  await other.context.addInitScript((value) => localStorage.setItem('foyer.visitor', value ?? ''), secret);
  return other;
}

test('a draft stands in the list, survives a reload, and is on another device as well', async ({
  alice,
  visit,
  room,
  guest,
}) => {
  const thread = await guest.startThread(room.id, 'Half a thought');
  await guest.say(thread.id, 'What do you think?');
  await alice.open(room);
  await alice.say('Somebody');
  const other = await secondDevice(visit, alice);
  await alice.open({ ...thread, room });
  await alice.composer.fill('Well, I would say');
  await other.open({ ...thread, room });
  await expect(other.composer).toHaveValue('Well, I would say');
  await alice.page.reload();
  await expect(alice.composer).toHaveValue('Well, I would say');
  await alice.open(room);
  await expect(alice.threadLink('Half a thought')).toContainText('Draft: Well, I would say');

  // Sent from the other device, it is over here too.
  await other.composer.press('Enter');
  await expect(other.row('Well, I would say')).toHaveCount(1);
  await expect(alice.threadLink('Half a thought')).not.toContainText('Draft:');
  await alice.open({ ...thread, room });
  await expect(alice.row('Well, I would say')).toHaveCount(1);
  await expect(alice.composer).toHaveValue('');
});

test('the words that were typed last stand on both devices', async ({ alice, visit, room }) => {
  await alice.open(room);
  await alice.say('Somebody');
  const other = await secondDevice(visit, alice);
  await other.open(room);
  await other.composer.fill('From here');
  await expect(alice.composer).toHaveValue('From here');
  await alice.composer.fill('From there');
  await expect(alice.composer).toHaveValue('From there');
  // Not before the other one has rested for a while.
  await expect(other.composer).toHaveValue('From there', { timeout: 25_000 });
});

test('drafts of two threads do not mix, and editing a message leaves them alone', async ({
  alice,
  room,
  guest,
}) => {
  const thread = await guest.startThread(room.id, 'Elsewhere');
  await alice.open(room);
  await alice.say('To be changed');
  await alice.composer.fill('Of the room');
  await alice.page.goto(pathOf({ ...thread, room }));
  await alice.isLive();
  await expect(alice.composer).toHaveValue('');
  await alice.composer.fill('Of the thread');
  await alice.open(room);
  await expect(alice.composer).toHaveValue('Of the room');
  await alice.composer.fill('');
  await alice.composer.press('ArrowUp');
  await expect(alice.composer).toHaveValue('To be changed');
  await alice.composer.fill('Changed');
  await alice.composer.press('Enter');
  await expect(alice.row('Changed')).toHaveCount(1);
  await expect(alice.composer).toHaveValue('');
  await alice.page.goto(pathOf({ ...thread, room }));
  await expect(alice.composer).toHaveValue('Of the thread');
});
