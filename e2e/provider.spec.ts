import { randomUUID } from 'node:crypto';
import { tolerateTheChange } from './account';
import { expect, test } from './fixtures';
import { startOidcProvider } from '@/server/testing/oidc-provider';

const port = Number(process.env['E2E_PROVIDER_PORT'] ?? 0);

test('S30: a provider that is set up signs in with one click, and what was written before can be kept', async ({
  alice,
  room,
}) => {
  test.skip(port === 0, 'the server has to know where the provider will be');
  tolerateTheChange(alice);
  alice.guard.tolerate(/a request to another host: http:\/\/127\.0\.0\.1/);
  const provider = await startOidcProvider(port);
  try {
    provider.expect({ sub: randomUUID(), name: 'Olga', email: `${randomUUID()}@mail.example` });
    await alice.open(room);
    await alice.say('Before I signed in');
    await alice.page.goto('/sign-in');
    await alice.page.getByRole('button', { name: 'Continue with Club pass' }).click();
    await alice.page.waitForURL('/');
    await alice.isLive();
    await alice.dialog.getByRole('button', { name: 'Keep it' }).click();
    await expect(alice.dialog).toBeHidden();
    await expect(alice.page.getByTitle('Change your name')).toContainText('Olga');
    await alice.open(room);
    await alice.seesOn('right', 'Before I signed in');
    expect(await alice.name()).toBe('Olga');
  } finally {
    provider.close();
  }
});
