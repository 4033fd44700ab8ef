import { expect, test } from './fixtures';
import { driftOf, framesOf, passFrames, recordFrames } from './frames';

test('typing shows to the other while it goes on, and nothing moves by it', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('The first makes me known');
  await bob.say('And me');
  await expect(alice.row('And me')).toHaveCount(1);
  const [atAlice, atBob] = [alice.page.getByTestId('typing'), bob.page.getByTestId('typing')];
  const name = await bob.name();
  await recordFrames(alice.page);
  await bob.composer.pressSequentially('Wait for it');
  await expect(atAlice).toHaveText(`${name} (visitor) is typing`);
  await expect(atBob).toBeEmpty();
  // Silence ends it.
  await expect(atAlice).toBeEmpty();
  await bob.composer.pressSequentially(' and on');
  await expect(atAlice).toHaveText(`${name} (visitor) is typing`);
  await passFrames(alice.page, 5);
  expect(driftOf(await framesOf(alice.page), { text: 'And me' })).toBeLessThanOrEqual(1);
  // So does the message.
  await bob.composer.press('Enter');
  await expect(alice.row('Wait for it and on')).toHaveCount(1);
  await expect(atAlice).toBeEmpty();
});

test('a message goes from sent to delivered to read, with the reader’s face at it', async ({
  alice,
  bob,
  room,
}) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await bob.say('Here I am');
  await alice.say('Do you read me?');
  const bobsName = await bob.name();
  const tickOf = (text: string, label: string) => alice.row(text).getByRole('img', { name: label });
  const faceAt = (text: string) => alice.row(text).getByRole('button', { name: /Read at \d\d:\d\d by / });
  await expect(tickOf('Do you read me?', 'Read')).toBeVisible();
  await expect(faceAt('Do you read me?')).toHaveAttribute('title', new RegExp(`by ${bobsName}`));

  // A device that shows something else has it, and nobody has read it.
  await bob.page.getByRole('link', { name: 'Inbox' }).first().click();
  await recordFrames(alice.page);
  await alice.say('And now?');
  await expect(tickOf('And now?', 'Delivered')).toBeVisible();
  await expect(faceAt('Do you read me?')).toBeVisible();
  await bob.open(room);
  await expect(tickOf('And now?', 'Read')).toBeVisible();
  await expect(faceAt('And now?')).toBeVisible();
  await expect(faceAt('Do you read me?')).toHaveCount(0);
  const seen = (await framesOf(alice.page)).filter((frame) =>
    frame.rows.some((row) => row.text.includes('And now?')),
  );
  expect(driftOf(seen, { text: 'And now?' })).toBeLessThanOrEqual(1);

  // Gone from the network: nobody has it.
  await bob.context.setOffline(true);
  bob.guard.tolerate(/ERR_|WebSocket|Failed to fetch/);
  await bob.page.goto('about:blank').catch(() => undefined);
  await alice.say('Into the void');
  await expect(tickOf('Into the void', 'Sent')).toBeVisible();

  await alice.row('And now?').hover();
  await alice.row('And now?').getByRole('button', { name: 'More' }).click();
  await alice.page.getByRole('menuitem', { name: 'Read by' }).click();
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: bobsName })).toContainText(/\d\d:\d\d/);
});

test('somebody is here while one of their tabs is, and was last seen when the last one closed', async ({
  alice,
  bob,
  room,
}) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('Is anybody here?');
  await bob.say('I am');
  const name = await bob.name();
  const inHeader = alice.page.getByTestId('people').getByRole('button', { name: `About ${name}` });
  const online = inHeader.getByRole('img', { name: 'Online' });
  await expect(online).toBeVisible();
  const other = await bob.otherTab();
  await other.open('inbox');
  await bob.page.close();
  await inHeader.click();
  const card = alice.page.getByRole('dialog', { name: `About ${name}` });
  await expect(card.getByTestId('presence')).toHaveText('Online');
  await other.page.close();
  await expect(card.getByTestId('presence')).toHaveText(/Last seen \d\d:\d\d/, { timeout: 30_000 });
  await expect(online).toHaveCount(0);
  await alice.page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(inHeader).toBeFocused();
});

test('what I hide is gone for the others at once, and I see it of nobody', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await bob.say('Hello');
  await alice.say('Can you see me?');
  const name = await bob.name();
  const face = alice.row('Can you see me?').getByRole('button', { name: /Read at/ });
  const online = (person: typeof alice) =>
    person.page.getByTestId('people').getByRole('img', { name: 'Online' });
  await expect(face).toBeVisible();
  await expect(online(alice)).toBeVisible();
  await expect(online(bob)).toBeVisible();

  await bob.page.getByTitle('Change your name').click();
  for (const label of ['Show what I have read', 'Show when I am typing', 'Show when I am here']) {
    const toggle = bob.dialog.getByRole('switch', { name: label });
    await expect(toggle).toBeChecked();
    await toggle.click();
    await expect(toggle).not.toBeChecked();
    await expect(toggle).toBeEnabled();
  }
  await bob.page.keyboard.press('Escape');
  await expect(face).toHaveCount(0);
  await expect(online(alice)).toHaveCount(0);
  await expect(online(bob)).toHaveCount(0);
  await bob.composer.pressSequentially('Hidden words');
  await alice.composer.pressSequentially('Open words');
  await alice.composer.press('Enter');
  await expect(bob.row('Open words')).toHaveCount(1);
  await expect(alice.row('Open words').getByRole('img', { name: 'Sent' })).toBeVisible();
  await expect(alice.page.getByTestId('typing')).toBeEmpty();
  await expect(bob.page.getByTestId('typing')).toBeEmpty();

  // It is kept over a reload.
  await bob.page.reload();
  await bob.isLive();
  await bob.page.getByTitle('Change your name').click();
  await expect(bob.dialog.getByRole('switch', { name: 'Show when I am here' })).not.toBeChecked();
  await expect(alice.page.getByRole('button', { name: `About ${name}` }).first()).toBeVisible();
});
