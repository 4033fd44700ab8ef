import { readFile } from 'node:fs/promises';
import { tolerateTheChange } from './account';
import { expect, test } from './fixtures';
import type { Person } from './person';

async function forget(person: Person): Promise<void> {
  await person.page.goto('/account');
  await person.page.getByRole('button', { name: 'Forget me on this computer' }).click();
  await person.page.getByRole('button', { name: 'Forget me', exact: true }).click();
  await person.page.waitForURL('/');
}

test('a recovery code moves a visitor to another browser, and forgetting leaves nobody', async ({
  alice,
  bob,
  room,
}) => {
  [alice, bob].forEach(tolerateTheChange);
  await alice.open(room);
  const name = await alice.name();
  await alice.say('Who will I be?');
  await alice.page.goto('/account');
  await alice.page.getByRole('button', { name: 'Make a recovery code' }).click();
  const code = await alice.page.getByTestId('recovery-code').innerText();
  await bob.page.goto('/account');
  await bob.page.getByLabel('Recovery code').fill(code);
  await bob.page.getByRole('button', { name: 'Come back' }).click();
  await bob.page.waitForURL('/');
  await bob.open(room);
  expect(await bob.name()).toBe(name);
  await bob.seesOn('right', 'Who will I be?');
  // The browser it came from is nobody's by now.
  await alice.page.waitForURL(/\/sign-in\?why=moved/);
  await forget(bob);
  await bob.open(room);
  await bob.seesOn('left', 'Who will I be?');
  expect(await bob.name()).not.toBe(name);
});

for (const [texts, choice] of [
  ['stays', /^Keep what I wrote/],
  ['goes', /^Remove what I wrote/],
] as const)
  test(`a visitor who erases themselves is gone, and what they wrote ${texts}`, async ({
    alice,
    guest,
    room,
  }) => {
    tolerateTheChange(alice);
    await alice.open(room);
    const name = await alice.name();
    await alice.say('Remember me');
    await alice.page.goto('/account');
    await alice.page.getByRole('button', { name: 'Erase me …' }).click();
    await alice.page.getByRole('radio', { name: choice }).check();
    await alice.page.getByLabel(/^Type your name/).fill(name);
    await alice.page.getByRole('button', { name: 'Erase me for good' }).click();
    await alice.page.waitForURL('/');
    await alice.open(room);
    expect(await alice.name()).not.toBe(name);
    await expect(alice.row(texts === 'stays' ? 'Remember me' : 'has been deleted')).toHaveCount(1);
    await expect(alice.page.getByText(name, { exact: true })).toHaveCount(0);
    expect(await guest.texts(room.mainThreadId)).toEqual([texts === 'stays' ? 'Remember me' : '']);
  });

test('what is kept of a person can be taken along, as JSON and to read', async ({ alice, room }) => {
  await alice.open(room);
  await alice.say('Mine to keep');
  await alice.page.goto('/account');
  for (const [button, format] of [
    ['Download as JSON', 'json'],
    ['Download to read', 'html'],
  ] as const) {
    const started = alice.page.waitForEvent('download');
    await alice.page.getByRole('button', { name: button }).click();
    const download = await started;
    expect(download.suggestedFilename()).toBe(`foyer-export.${format}`);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('Mine to keep');
    if (format === 'json') expect(JSON.parse(text)).toMatchObject({ messages: [{ text: 'Mine to keep' }] });
  }
});
