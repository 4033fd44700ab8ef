import { expect, test } from './fixtures';

test('the palette goes to rooms, threads and people, and does things, by keyboard alone', async ({
  alice,
  room,
  guest,
}) => {
  const title = `Quarry ${room.id.slice(-8)}`;
  const thread = await guest.startThread(room.id, title);
  await guest.say(thread.id, 'Anybody there?');
  await alice.page.goto('/');
  await alice.isLive();
  const { page } = alice;
  const input = page.getByRole('combobox', { name: 'Go to or do' });
  const heading = (name: string) => page.getByRole('heading', { level: 1, name });

  await page.keyboard.press('Control+k');
  await expect(input).toBeFocused();
  await page.keyboard.type(title);
  await expect(page.getByRole('option', { name: title })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(heading(title)).toBeVisible();
  await expect(alice.dialog).toHaveCount(0);

  await page.keyboard.press('Control+k');
  await page.keyboard.type(room.name);
  const rooms = page.getByRole('group', { name: 'Rooms' });
  await rooms.getByRole('option', { name: room.name }).click();
  await expect(heading(room.name)).toBeVisible();

  // What was visited is offered first, and people lead to a conversation with them.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('group', { name: 'Recent' }).getByRole('option').first()).toContainText(
    room.name,
  );
  await page.keyboard.type(guest.name);
  await page.getByRole('group', { name: 'People' }).getByRole('option', { name: guest.name }).first().click();
  await expect(heading(guest.name)).toBeVisible();
  await alice.say('Just for you');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('first message');
  await expect(page.getByRole('option', { name: /Go to the first message/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(alice.dialog).toHaveCount(0);
});

test('keys work where nothing is being typed, and ? tells them all', async ({ alice, room, guest }) => {
  await guest.sayAll(room.mainThreadId, ['One', 'Two']);
  await alice.open(room);
  const { page } = alice;
  await expect(alice.row('Two')).toBeVisible();
  await page.keyboard.press('w');
  await expect(alice.composer).toBeFocused();
  await page.keyboard.type('i am typing ? here');
  await expect(alice.composer).toHaveValue('i am typing ? here');
  await expect(alice.dialog).toHaveCount(0);
  await alice.composer.fill('');
  await alice.list.focus();
  await page.keyboard.press('?');
  await expect(alice.dialog).toContainText('Go to a date');
  await expect(alice.dialog).toContainText('Start a thread');
  await page.keyboard.press('Escape');
  await page.keyboard.press('d');
  await expect(alice.dialog.getByLabel('Day')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(alice.dialog).toHaveCount(0);
  await page.keyboard.press('i');
  await expect(page.getByText('Pick a conversation')).toBeVisible();
});

test('from the list to a reply without a mouse', async ({ alice, room, guest }) => {
  await guest.sayAll(room.mainThreadId, ['A question', 'Another one']);
  await alice.open(room);
  const { page } = alice;
  await expect(alice.row('Another one')).toBeVisible();
  await page.keyboard.press('m');
  await expect(alice.list).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(alice.row('Another one')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(alice.row('A question')).toBeFocused();
  await page.keyboard.press('+');
  await expect(alice.row('A question').getByRole('button', { name: /1, by/ })).toBeVisible();
  await page.keyboard.press('r');
  await expect(alice.composer).toBeFocused();
  await page.keyboard.type('An answer');
  await page.keyboard.press('Enter');
  await expect(alice.row('An answer')).toContainText('A question');
});

test('what others write is announced together, what is one’s own is not', async ({ alice, room, guest }) => {
  await alice.open(room);
  const announcer = alice.page.getByTestId('announcer');
  await alice.say('My own words');
  await guest.sayAll(room.mainThreadId, ['One', 'Two', 'Three']);
  await expect(alice.row('Three')).toBeVisible();
  await expect(announcer).toContainText(/new messages? from Helpful Guest/);
  await expect(announcer).not.toContainText(await alice.name());
});
