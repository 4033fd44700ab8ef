import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { newEmail, password, register, signIn, tolerateTheChange } from './account';
import { expect, test } from './fixtures';
import type { Person } from './person';

const databaseUrl = process.env['E2E_DATABASE_URL'];
const other = 'amber lantern 9';

async function signOut(person: Person): Promise<void> {
  await person.page.goto('/account');
  await person.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await person.page.waitForURL('/');
  await person.isLive();
}

test('a changed password opens the account, and the old one does not', async ({ alice }) => {
  tolerateTheChange(alice);
  const email = newEmail();
  await register(alice, email, 'Alice');
  await alice.page.goto('/account');
  await alice.page.getByLabel('Present password').fill('not this one');
  await alice.page.getByLabel('New password').fill(other);
  await alice.page.getByRole('button', { name: 'Change password' }).click();
  await expect(alice.page.getByText('This is not your present password.')).toBeVisible();
  await alice.page.getByLabel('Present password').fill(password);
  await alice.page.getByRole('button', { name: 'Change password' }).click();
  await expect(alice.page.getByText('Changed. Every other browser was signed out.')).toBeVisible();
  await signOut(alice);
  await alice.page.goto('/sign-in');
  await alice.page.getByLabel('E-mail').fill(email);
  await alice.page.getByLabel('Password').fill(password);
  await alice.page.getByRole('button', { name: 'Sign in' }).click();
  await expect(alice.page.getByText('The e-mail address or the password is not right.')).toBeVisible();
  await signIn(alice, email, other);
});

test('a deactivated account rests, and signing in wakes it', async ({ alice, bob }) => {
  [alice, bob].forEach(tolerateTheChange);
  const email = newEmail();
  await register(alice, email, 'Alice');
  await signIn(bob, email);
  await alice.page.goto('/account');
  await alice.page.getByRole('button', { name: 'Deactivate my account …' }).click();
  await alice.page.getByLabel('Your password').fill(password);
  await alice.page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await alice.page.waitForURL('/');
  await alice.isLive();
  await bob.page.waitForURL(/\/sign-in\?why=ended/);
  await signIn(alice, email);
  await expect(alice.page.getByTitle('Change your name')).toContainText('Alice');
});

test('a link that the operator makes sets a new password, once', async ({ alice, visit }) => {
  test.skip(!databaseUrl, 'the database of the server has to be known');
  tolerateTheChange(alice);
  const email = newEmail();
  await register(alice, email, 'Alice');
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/foyer.mjs', 'reset-link', email], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const [hash = ''] = /#[\w-]{43}/.exec(stdout) ?? [];
  const stranger = await visit();
  stranger.guard.tolerate(/404 \(Not Found\)/);
  tolerateTheChange(stranger);
  const reset = async (to: string) => {
    await stranger.page.goto(`/reset${hash}`);
    // Nobody reads the token over a shoulder, nor finds it in the history.
    await expect(stranger.page).toHaveURL(/\/reset$/);
    await stranger.page.getByLabel('New password').fill(to);
    await stranger.page.getByRole('button', { name: 'Save' }).click();
  };
  await reset(other);
  await expect(stranger.page.getByRole('heading', { name: 'Your password is new' })).toBeVisible();
  // Wherever somebody was signed in, they are not any more.
  await alice.page.waitForURL(/\/sign-in\?why=ended/);
  await signIn(stranger, email, other);
  await stranger.page.goto('about:blank');
  await reset('a third password 3');
  await expect(stranger.page.getByText('This link was used already, or is too old.')).toBeVisible();
});

test('the link of the first start makes its visitor the admin, once', async ({ alice, bob }) => {
  test.skip(!databaseUrl, 'the database of the server has to be known');
  const token = randomBytes(32).toString('base64url');
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await database.query('update users set is_admin = false where is_admin');
    await database.query(
      `insert into one_time_links (verifier, kind, expires_at) values ($1, 'admin', now() + interval '1 hour')`,
      [createHash('sha256').update('foyer-link:v1:').update(token).digest()],
    );
  } finally {
    await database.end();
  }
  const become = async (person: Person) => {
    await person.page.goto(`/admin#${token}`);
    await expect(person.page).toHaveURL(/\/admin$/);
    await person.page.getByRole('button', { name: 'Become the admin' }).click();
  };
  await become(alice);
  await expect(alice.page.getByRole('heading', { name: 'You are the admin' })).toBeVisible();
  bob.guard.tolerate(/404 \(Not Found\)/);
  await become(bob);
  await expect(bob.page.getByText('This link was used already, or is too old.')).toBeVisible();
});
