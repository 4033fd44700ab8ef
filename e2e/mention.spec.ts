import { expect, test } from './fixtures';

test('somebody is called by keyboard alone, sees it marked, and follows', async ({
  alice,
  bob,
  room,
  guest,
}) => {
  const thread = await guest.startThread(room.id, 'Somewhere else');
  await guest.say(thread.id, 'A beginning');
  await Promise.all([alice.open(room), bob.open(room)]);
  await bob.rename('Ida Brook');
  await bob.say('Here I am');
  await expect(alice.row('Here I am')).toContainText('Ida Brook');
  // Only who is in the room is told who else is.
  await alice.say('And so am I');

  await alice.open({ ...thread, room });
  const { keyboard } = alice.page;
  const people = alice.page.getByRole('listbox', { name: 'People to mention' });
  await alice.composer.focus();
  await keyboard.type('Ask @id');
  await expect(people.getByRole('option', { name: 'Ida Brook' })).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Escape');
  await expect(people).toHaveCount(0);
  await expect(alice.composer).toHaveValue('Ask @id');
  await keyboard.press('Backspace');
  await keyboard.press('Backspace');
  await keyboard.press('Backspace');
  await keyboard.type('@bro');
  await expect(people.getByRole('option')).toHaveCount(1);
  await keyboard.press('Tab');
  await expect(alice.composer).toHaveValue('Ask @Ida Brook ');
  await expect(alice.composer).toBeFocused();
  await keyboard.type('please');
  await keyboard.press('Enter');

  const mention = alice.row('Ask').locator('[data-mention]');
  await expect(mention).toHaveText('@Ida Brook');
  await expect(mention).toHaveAttribute('data-mention', 'other');
  await expect(bob.threadLink('Somewhere else')).toContainText('Ask @Ida Brook please');
  await expect(bob.threadLink('Somewhere else').getByLabel('You are mentioned')).toBeVisible();
  await bob.threadLink('Somewhere else').click();
  await expect(bob.row('Ask').locator('[data-mention=me]')).toHaveText('@Ida Brook');
  await bob.page.bringToFront();
  await expect(bob.threadLink('Somewhere else').getByLabel('You are mentioned')).toHaveCount(0);
});

test('changing a message shows names, keeps whom it calls, and a draft survives a reload', async ({
  alice,
  bob,
  room,
}) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await bob.rename('Ida Brook');
  await bob.say('Here I am');
  await expect(alice.row('Here I am')).toHaveCount(1);
  await alice.composer.fill('Hello @Ida');
  await alice.page.getByRole('option', { name: 'Ida Brook' }).click();
  await expect(alice.composer).toHaveValue('Hello @Ida Brook ');
  await alice.page.reload();
  await alice.isLive();
  await expect(alice.composer).toHaveValue('Hello @Ida Brook ');
  await alice.composer.press('Enter');
  await expect(alice.row('Hello').locator('[data-mention]')).toHaveText('@Ida Brook');

  await expect(alice.row('Hello').getByRole('time')).toBeVisible();
  // What is still on its way has no place yet, and cannot be changed.
  await expect(async () => {
    await alice.composer.press('ArrowUp');
    await expect(alice.composer).toHaveValue('Hello @Ida Brook', { timeout: 500 });
  }).toPass();
  await alice.composer.fill('Hello again, @Ida Brook');
  await alice.composer.press('Enter');
  await expect(bob.row('Hello again').locator('[data-mention=me]')).toHaveText('@Ida Brook');
});

test('keys put marks around what is selected, and take them off again', async ({ alice, room, guest }) => {
  await alice.open(room);
  const { keyboard } = alice.page;
  await alice.composer.fill('word');
  for (const [key, marked] of [
    ['Control+b', '**word**'],
    ['Control+i', '_word_'],
    ['Control+e', '`word`'],
    ['Control+Shift+x', '~~word~~'],
  ] as const) {
    await alice.composer.selectText();
    await keyboard.press(key);
    await expect(alice.composer).toHaveValue(marked);
    await keyboard.press(key);
    await expect(alice.composer).toHaveValue('word');
  }
  await keyboard.press('Control+b');
  await keyboard.press('Enter');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['**word**']);
  await alice.page.getByRole('button', { name: 'Formatting' }).click();
  await expect(alice.page.getByRole('table', { name: 'Formatting' })).toBeVisible();
});

test('the inbox has the threads apart in which I am called, and shows the next one as it comes', async ({
  alice,
  bob,
  room,
  guest,
}) => {
  const word = room.id.slice(-8);
  const quiet = await guest.startThread(room.id, `Quiet ${word}`);
  const calling = await guest.startThread(room.id, `Calling ${word}`);
  await guest.say(quiet.id, 'Nobody in particular');
  await guest.say(calling.id, 'A beginning');
  await Promise.all([alice.open(room), bob.open(room)]);
  await bob.rename('Ida Brook');
  await bob.say('Here I am');
  await alice.say('And so am I');
  await bob.open('inbox');
  await bob.page.getByRole('radio', { name: 'Mentions' }).click();
  await expect(bob.page.getByText('Nobody has called you yet')).toBeVisible();

  await alice.open({ ...calling, room });
  await alice.composer.fill('What about @Ida');
  await alice.page.getByRole('option', { name: 'Ida Brook' }).click();
  await alice.composer.press('Enter');
  await expect(bob.threadLink(`Calling ${word}`).getByLabel('You are mentioned')).toBeVisible();
  await expect(bob.threadLink(`Quiet ${word}`)).toHaveCount(0);
});
