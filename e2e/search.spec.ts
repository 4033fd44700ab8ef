import { expect, test } from './fixtures';

const emptyResult = 'No thread has this in its title';

test('search finds threads by title, in the inbox and in one room', async ({ alice, room, guest }) => {
  const word = `w${room.id.slice(-8)}`;
  const other = await guest.makeRoom();
  await guest.startThread(room.id, `Broken Kettle ${word}`);
  await guest.startThread(room.id, `New chairs ${word}`);
  await guest.startThread(other.id, `Kettle, second hand ${word}`);
  await alice.open('inbox');
  const search = alice.page.getByRole('searchbox', { name: 'Search thread titles' });
  await search.fill(word);
  await expect(alice.threadLink(word)).toHaveCount(3);
  await search.fill('no such title anywhere');
  await expect(alice.page.getByText(emptyResult)).toBeVisible();
  await search.fill('');
  await expect(alice.threadLink('New chairs')).toHaveCount(1);

  await alice.open(room);
  await search.fill('kettle');
  await expect(alice.threadList.getByRole('link')).toHaveCount(1);
  await expect(alice.threadLink('Broken Kettle')).toHaveCount(1);
  await search.fill('no such title anywhere');
  await expect(alice.page.getByText(emptyResult)).toBeVisible();
  await search.fill('');
  await expect(alice.threadList.getByRole('link')).toHaveCount(3);
  await alice.threadLink('Broken Kettle').click();
  await expect(alice.page.getByRole('heading', { level: 1, name: 'Broken Kettle' })).toBeVisible();
});

test('what a search shows is taken as it is typed: signs of a pattern are plain letters', async ({
  alice,
  room,
  guest,
}) => {
  await guest.startThread(room.id, '100% of the bill');
  await guest.startThread(room.id, '100 days of rain');
  await guest.startThread(room.id, 'under_score');
  await guest.startThread(room.id, 'underscore');
  await alice.open(room);
  const search = alice.page.getByRole('searchbox', { name: 'Search thread titles' });
  for (const [typed, found] of [
    ['100%', '100% of the bill'],
    ['under_', 'under_score'],
  ] as const) {
    await search.fill(typed);
    await expect(alice.threadList.getByRole('link')).toHaveCount(1);
    await expect(alice.threadLink(found)).toHaveCount(1);
  }
});
