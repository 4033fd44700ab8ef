import { randomUUID } from 'node:crypto';
import type { Person } from './person';
import { expect } from './fixtures';

export const password = 'violet kettle 7';
export const newEmail = () => `${randomUUID()}@mail.example`;

export async function register(person: Person, email: string, name?: string): Promise<void> {
  await person.page.goto('/register');
  const field = (label: string) => person.page.getByLabel(label, { exact: true });
  await expect(field('Name')).not.toHaveValue('');
  if (name) await field('Name').fill(name);
  await field('E-mail').fill(email);
  await field('Password').fill(password);
  await person.page.getByRole('button', { name: 'Create account' }).click();
  await person.page.waitForURL('/');
  await person.isLive();
}

export async function signIn(person: Person, email: string, by = password): Promise<void> {
  await person.page.goto('/sign-in');
  await person.page.getByLabel('E-mail').fill(email);
  await person.page.getByLabel('Password').fill(by);
  await person.page.getByRole('button', { name: 'Sign in' }).click();
  await person.page.waitForURL('/');
  await person.isLive();
}

/** Between two identities a tab may ask as the former one, and is told so: the browser logs that by itself. */
export const tolerateTheChange = (person: Person) =>
  person.guard.tolerate(/401 \(Unauthorized\)|WebSocket is closed before the connection/);
