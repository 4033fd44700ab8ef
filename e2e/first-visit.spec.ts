import { expect, test } from './fixtures';

const suggestedName = /^[A-Z][a-z]+ [A-Z][a-z]+$/;

test('a first visitor can write at once, under a suggested name and without an account', async ({
  alice,
  room,
}) => {
  await alice.open(room);
  expect(await alice.name()).toMatch(suggestedName);
  await expect(alice.composer).toBeEditable();
  await expect(alice.dialog).toHaveCount(0);
  await expect(alice.page.getByLabel(/password|e-?mail/i)).toHaveCount(0);
  await expect(alice.page.getByText(/sign (in|up)|log in|register/i)).toHaveCount(0);
  await alice.say('No questions asked');
  await expect(alice.dialog).toHaveCount(0);
});

test('each browser is somebody else, by a secret that stands in no address and no cookie', async ({
  alice,
  bob,
  room,
}) => {
  for (const person of [alice, bob]) {
    await person.open('inbox');
    await person.open(room);
    await person.say(`I am ${await person.name()}, at your service`);
    await person.startThread(`A thread of ${await person.name()}`);
    await person.page.reload();
    await person.isLive();
  }
  const secrets = [await alice.secret(), await bob.secret()];
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(secrets[0]).not.toBe(secrets[1]);
  for (const person of [alice, bob]) {
    expect(person.guard.urls.length).toBeGreaterThan(5);
    expect(person.guard.urls.some((url) => url.startsWith('ws'))).toBe(true);
    for (const secret of secrets)
      expect(person.guard.urls.filter((url) => decodeURIComponent(url).includes(String(secret)))).toEqual([]);
    expect(await person.context.cookies()).toEqual([]);
  }
});

test('whoever begins by starting a thread or a room is known by the suggested name too', async ({
  alice,
  bob,
  room,
}) => {
  await alice.open(room);
  const name = await alice.name();
  await alice.startThread('Begun by a stranger');
  await alice.say('Who am I?');
  await bob.open(room);
  await expect(bob.threadLink('Begun by a stranger')).toContainText(name);
  await alice.page.reload();
  await alice.isLive();
  expect(await alice.name()).toBe(name);
});
