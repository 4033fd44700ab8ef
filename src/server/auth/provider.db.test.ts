import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { Browser, makeRegistered } from '@/server/testing/account';
import { newId } from '@/server/testing/factories';
import { startOidcProvider } from '@/server/testing/oidc-provider';
import { changeSettings, startServer, type TestServer } from '@/server/testing/server';
import type { SessionView } from '@/shared/user';

let server: TestServer;
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
beforeAll(async () => {
  provider = await startOidcProvider();
  server = await startServer({ ...provider.settings, OIDC_NAME: 'Club pass' });
});
beforeEach(() => provider.lieAbout({}));
afterAll(async () => {
  await server.close();
  provider.close();
  changeSettings({ OIDC_ISSUER: undefined, OIDC_ID: undefined, OIDC_SECRET: undefined });
});

/** Where the browser is sent to consent. */
async function begin(browser: Browser): Promise<string> {
  const { text } = await browser.post('/api/auth/signin/oidc', { callbackUrl: '/' });
  return (JSON.parse(text) as { url: string }).url;
}

/** What comes back with the browser. @returns the error's name, or null when it is signed in */
async function finish(browser: Browser, query: Record<string, string>): Promise<string | null> {
  const answer = await browser.send(`/api/auth/callback/oidc?${new URLSearchParams(query).toString()}`);
  expect(answer.status).toBe(302);
  return new URL(String(answer.headers.location), 'http://localhost').searchParams.get('error');
}

const newPerson = () => ({
  sub: newId(),
  name: 'Olga',
  email: `${newId()}@mail.example`,
  email_verified: true,
});
const accountsOf = async (sub: string) =>
  (
    await pool().query<{ email: string | null }>(
      'select u.email from accounts a join users u on u.id = a.user_id where a.provider_account_id = $1',
      [sub],
    )
  ).rows;

describe('a provider', () => {
  it('is offered under its name, and signs in to one account however often', async () => {
    const { data } = await new Browser(server).call('session.get');
    expect((data as SessionView).signIn.providers).toEqual([{ id: 'oidc', name: 'Club pass' }]);
    const person = newPerson();
    const ids = [];
    for (let i = 0; i < 2; i++) {
      const browser = new Browser(server);
      expect(await finish(browser, provider.authorize(await begin(browser), person))).toBeNull();
      const me = await browser.me();
      expect(me).toMatchObject({ kind: 'registered', name: 'Olga' });
      ids.push(me?.id);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(await accountsOf(person.sub)).toEqual([{ email: person.email }]);
  });

  it('vouches for an e-mail address only where it says so', async () => {
    const person = { ...newPerson(), email_verified: false };
    const browser = new Browser(server);
    expect(await finish(browser, provider.authorize(await begin(browser), person))).toBeNull();
    expect(await accountsOf(person.sub)).toEqual([{ email: null }]);
  });
});

describe('S30: signing in by a provider is refused', () => {
  /** Somebody consents; what they bring back is changed on the way. */
  async function arrive(
    change: (browser: Browser, back: { code: string; state: string }) => Record<string, string>,
  ) {
    const person = newPerson();
    const browser = new Browser(server);
    const back = provider.authorize(await begin(browser), person);
    const error = await finish(browser, change(browser, back));
    return { error, browser, person };
  }
  async function expectRefused({ error, browser, person }: Awaited<ReturnType<typeof arrive>>) {
    expect(error).toBe('OAuthCallback');
    expect(await browser.me()).toBeNull();
    expect(await accountsOf(person.sub)).toEqual([]);
  }

  it('without a state', async () => expectRefused(await arrive((_, { code }) => ({ code }))));

  it('with the state of somebody else', async () => {
    const other = new URL(await begin(new Browser(server))).searchParams.get('state') ?? '';
    await expectRefused(await arrive((_, { code }) => ({ code, state: other })));
  });

  it('in a browser that never asked for it', async () => {
    const started = new Browser(server);
    const back = provider.authorize(await begin(started), newPerson());
    const victim = new Browser(server);
    expect(await finish(victim, back)).toBe('OAuthCallback');
    expect(await victim.me()).toBeNull();
  });

  it('with a code that was used, or that was given to another browser', async () => {
    const [first, second] = [new Browser(server), new Browser(server)];
    const person = newPerson();
    const back = provider.authorize(await begin(first), person);
    const state = new URL(await begin(second)).searchParams.get('state') ?? '';
    // Whose code it is shows in the verifier, which only the first browser has.
    expect(await finish(second, { code: back.code, state })).toBe('OAuthCallback');
    expect(await second.me()).toBeNull();
    const again = provider.authorize(await begin(first), person);
    expect(await finish(first, again)).toBeNull();
    const third = new Browser(server);
    for (const [name, value] of first.cookies) if (name !== 'foyer.session') third.cookies.set(name, value);
    expect(await finish(third, again)).toBe('OAuthCallback');
    expect(await third.me()).toBeNull();
  });

  it('when the verifier of PKCE is stripped', async () => {
    await expectRefused(
      await arrive((browser, back) => {
        const names = [...browser.cookies.keys()].filter((name) => name.includes('pkce'));
        expect(names).toHaveLength(1);
        for (const name of names) browser.cookies.delete(name);
        return back;
      }),
    );
  });

  it.each([
    ['another nonce', { claims: { nonce: 'of another sign-in' } }],
    ['another issuer', { claims: { iss: 'http://127.0.0.1:9' } }],
    ['another audience', { claims: { aud: 'another client' } }],
    ['a signature of another key', { hasForeignKey: true }],
  ])('when the proof has %s', async (_, lie) => {
    provider.lieAbout(lie);
    await expectRefused(await arrive((__, back) => back));
  });

  it.each([true, false])(
    'and never linked to an account with the same e-mail address (verified: %s)',
    async (isVerified) => {
      const { viewer, email } = await makeRegistered();
      const person = { ...newPerson(), email: email.toUpperCase(), email_verified: isVerified };
      const browser = new Browser(server);
      const error = await finish(browser, provider.authorize(await begin(browser), person));
      expect(error).toBe('OAuthAccountNotLinked');
      expect(await browser.me()).toBeNull();
      expect(await accountsOf(person.sub)).toEqual([]);
      const { rows } = await pool().query('select from accounts where user_id = $1', [viewer.userId]);
      expect(rows).toEqual([]);
    },
  );
});
