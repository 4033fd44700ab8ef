import { expect, test } from './fixtures';
import type { Person } from './person';

const waitingBadge = (person: Person) => person.page.getByRole('button', { name: /waiting for moderators$/ });

test('a visitor’s first message waits until a moderator lets it in, and then stands in its place for both', async ({
  alice,
  bob,
  hers,
}) => {
  const { room } = await hers({ visitors: 'approve' });
  await bob.open(room);
  await bob.composer.fill('Hello, may I join?');
  await bob.composer.press('Enter');
  await expect(bob.row('Hello, may I join?')).toContainText('Waiting for a moderator');
  await expect(alice.row('Hello, may I join?')).toHaveCount(0);

  await expect(waitingBadge(alice)).toHaveText('1');
  await waitingBadge(alice).click();
  const queue = alice.dialog.getByRole('region', { name: 'Waiting to be let in' });
  await expect(queue).toContainText('Hello, may I join?');
  await queue.getByRole('button', { name: 'Let in' }).click();
  await expect(queue).toContainText('Nobody waits.');
  await alice.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(waitingBadge(alice)).toHaveCount(0);

  await expect(alice.row('Hello, may I join?')).toHaveCount(1);
  await expect(bob.page.getByText('Waiting for a moderator')).toHaveCount(0);
  await expect(bob.row('Hello, may I join?')).toHaveCount(1);
  await bob.say('Thank you');
  await expect(alice.row('Thank you')).toHaveCount(1);
});

test('a message that is turned away tells its writer so', async ({ alice, bob, hers }) => {
  const { room } = await hers({ visitors: 'approve' });
  await bob.open(room);
  await bob.composer.fill('Buy my watches');
  await bob.composer.press('Enter');
  await waitingBadge(alice).click();
  await alice.dialog.getByRole('button', { name: 'Turn away' }).click();
  await expect(bob.row('Buy my watches')).toContainText('A moderator did not let this message in.');
  await bob.row('Buy my watches').getByRole('button', { name: 'Discard' }).click();
  await expect(bob.row('Buy my watches')).toHaveCount(0);
});

test('a ban shuts an open tab, and takes back what was written', async ({ alice, bob, hers }) => {
  const { room } = await hers();
  await bob.open(room);
  await bob.say('Spam one');
  await bob.say('Spam two');
  await alice.pick('Spam one', /^Mute or ban/);
  await alice.dialog.getByRole('radio', { name: 'Ban' }).click();
  // Choosing is not doing it.
  await alice.page.keyboard.press('Enter');
  await alice.dialog.getByLabel('Their messages').selectOption({ label: 'Of the last day are deleted' });
  // Everybody here has the same address: only this person is to go.
  await alice.dialog.getByRole('checkbox').uncheck();
  await alice.dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await expect(alice.dialog).toBeHidden();
  await expect(alice.row('This message has been deleted')).toHaveCount(2);
  await expect(bob.composer).toBeHidden();
  await expect(bob.page.getByText('Spam one')).toHaveCount(0);

  await alice.pickInRoom('Moderation');
  await expect(alice.dialog.getByRole('region', { name: 'What moderators did' })).toContainText(
    /Alice \(visitor\) banned/,
  );
  await alice.dialog.getByRole('region', { name: 'Banned' }).getByRole('button', { name: 'Lift' }).click();
  await expect(alice.dialog.getByRole('region', { name: 'Banned' })).toHaveCount(0);
  await bob.open(room);
  await bob.say('I am sorry');
});

test('slow mode counts down in the composer, and keeps what is written', async ({ alice, bob, hers }) => {
  const { room, owner } = await hers();
  await bob.open(room);
  await owner.moderate(room.id, { slowModeMs: 600_000 });
  // The page has heard of it once the lock that follows shows.
  await owner.moderate(room.id, { isLocked: true });
  await expect(bob.page.getByText('This room is locked')).toBeVisible();
  await owner.moderate(room.id, { isLocked: false });
  await bob.say('One');
  const timer = bob.page.getByRole('timer');
  await expect(timer).toContainText(/^Slow mode ·\s*(10:00|9:\d\d)/);
  await bob.composer.fill('Two');
  await bob.composer.press('Enter');
  await expect(bob.composer).toHaveValue('Two');
  await expect(bob.row('Two')).toHaveCount(0);
  await owner.moderate(room.id, { slowModeMs: 0 });
  await expect(timer).toHaveCount(0);
  await bob.composer.press('Enter');
  await expect(alice.row('Two')).toHaveCount(1);
});

test('a page that has forgotten its last message shows the wait that the server tells', async ({
  bob,
  hers,
}) => {
  const { room, owner } = await hers();
  await owner.moderate(room.id, { slowModeMs: 600_000 });
  await bob.open(room);
  await bob.say('One');
  await bob.page.reload();
  await bob.isLive();
  const timer = bob.page.getByRole('timer');
  await expect(timer).toHaveCount(0);
  await bob.composer.fill('Two');
  await bob.composer.press('Enter');
  await expect(timer).toContainText(/^Slow mode ·\s*(10:00|9:\d\d)/);
  expect(await owner.texts(room.mainThreadId)).toEqual(['One']);
});

test('a report reaches the moderators, who delete the message', async ({ alice, bob, guest, hers }) => {
  const { room } = await hers();
  await guest.say(room.mainThreadId, 'Something awful');
  await bob.open(room);
  await bob.pick('Something awful', /^Report/);
  await bob.dialog.getByRole('radio', { name: 'Abuse or threats' }).check();
  await bob.dialog.getByRole('textbox').fill('He does this every day');
  await bob.dialog.getByRole('button', { name: 'Report' }).click();
  await bob.dialog.getByRole('button', { name: 'Done' }).click();
  await waitingBadge(alice).click();
  const queue = alice.dialog.getByRole('region', { name: 'Reported' });
  await expect(queue).toContainText('Abuse or threats');
  await expect(queue).toContainText('He does this every day');
  await queue.getByRole('button', { name: 'Delete' }).click();
  await expect(queue).toContainText('Nothing is reported.');
  await expect(bob.row('Something awful')).toHaveCount(0);
  await expect(bob.row('This message has been deleted')).toHaveCount(1);
});

test('somebody who is muted reads on, and is told until when', async ({ alice, bob, hers }) => {
  const { room } = await hers();
  await bob.open(room);
  await bob.say('La la la');
  await alice.pick('La la la', /^Mute or ban/);
  await alice.dialog.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(alice.dialog).toBeHidden();
  await expect(bob.page.getByText('A moderator has muted you here until')).toBeVisible();
  await alice.say('Now listen');
  await expect(bob.row('Now listen')).toHaveCount(1);
});
