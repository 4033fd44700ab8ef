import { newEmail, register, signIn, tolerateTheChange } from './account';
import { expect, test } from './fixtures';
import type { Person } from './person';

/** When this page got the answer of the next call of a procedure over its socket, as `Date.now()`. */
function answerTo(person: Person, procedure: string): Promise<number> {
  return new Promise((resolve) => {
    person.page.on('websocket', (socket) => {
      const asked = new Set<number>();
      socket.on('framesent', ({ payload }) => {
        const frame = String(payload);
        if (!frame.includes(`"${procedure}"`)) return;
        for (const call of [JSON.parse(frame)].flat() as { id: number; params?: { path?: string } }[])
          if (call.params?.path === procedure) asked.add(call.id);
      });
      socket.on('framereceived', ({ payload }) => {
        if (asked.size === 0) return;
        const answers = [JSON.parse(String(payload))].flat() as { id?: number }[];
        if (answers.some(({ id }) => id !== undefined && asked.has(id))) resolve(Date.now());
      });
      // It may shut before the answer is through: the caller is signed out as well.
      socket.on('close', () => asked.size > 0 && resolve(Date.now()));
    });
  });
}

test('a stranger walks in, is let in, stays as an account, and signs out everywhere', async ({
  alice,
  bob,
  visit,
  hers,
}) => {
  test.setTimeout(120_000);
  const { room, owner } = await hers({ visitors: 'approve' });
  const thread = { ...(await owner.startThread(room.id, 'Long evenings')), room };

  // A stranger opens the link and writes: it waits, and nobody else sees it.
  await bob.open(room);
  await bob.composer.fill('May I sit with you?');
  await bob.composer.press('Enter');
  await expect(bob.row('May I sit with you?')).toContainText('Waiting for a moderator');
  const badge = alice.page.getByRole('button', { name: /waiting for moderators$/ });
  await expect(badge).toHaveText('1');
  await expect(alice.row('May I sit with you?')).toHaveCount(0);
  await badge.click();
  await alice.dialog.getByRole('button', { name: 'Let in' }).click();
  await alice.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(alice.row('May I sit with you?')).toHaveCount(1);
  await expect(bob.page.getByText('Waiting for a moderator')).toHaveCount(0);

  // Writing in a thread follows it; two answers come while they read elsewhere.
  await bob.open(thread);
  await bob.say('I like this one');
  await bob.open(room);
  await owner.sayAll(thread.id, ['So do we', 'Tell us more']);
  const unread = (person: Person) => person.threadLink('Long evenings').getByText('2 unread');
  await expect(unread(bob)).toBeVisible();

  // The account is the same person: what was written, unread and followed stays.
  tolerateTheChange(bob);
  const email = newEmail();
  await register(bob, email, 'Robin');
  await expect(unread(bob)).toBeVisible();
  await bob.open(room);
  await bob.seesOn('right', 'May I sit with you?');
  await bob.say('I have a name now');
  await expect(alice.row('May I sit with you?')).toContainText('Robin');

  const other = await visit();
  tolerateTheChange(other);
  await signIn(other, email);
  await expect(unread(other)).toBeVisible();
  await other.open(thread);
  await other.seesOn('right', 'I like this one');
  await other.page.getByRole('button', { name: 'Thread menu' }).click();
  await expect(other.page.getByRole('menuitem', { name: 'Stop following' })).toBeVisible();
  await other.page.keyboard.press('Escape');

  // Signing out everywhere at one computer reaches the open thread of the other.
  const answer = answerTo(bob, 'user.signOutEverywhere');
  await bob.page.goto('/account');
  await bob.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  const since = await answer;
  await other.page.waitForURL(/\/sign-in\?why=ended/, { waitUntil: 'commit', timeout: 15_000 });
  const tookMs = Date.now() - since;
  test.info().annotations.push({ type: 'signed out elsewhere after', description: `${tookMs} ms` });
  // The promise is 2 s; a loaded machine may draw the page later than that.
  expect(tookMs).toBeLessThan(5_000);
  await bob.page.waitForURL(/\/sign-in/);
  for (const person of [bob, other]) {
    await person.page.goto('/');
    await person.isLive();
    await expect(person.page.getByTitle('Change your name')).not.toContainText('Robin');
    await expect(unread(person)).toHaveCount(0);
  }
});
