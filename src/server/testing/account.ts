import { hashPassword } from '@/server/base/password';
import { makeAccount } from '@/server/domain/user/account';
import type { TestServer } from '@/server/testing/server';
import type { Member, MeView, SessionView } from '@/shared/user';

export const goodPassword = 'violet kettle 7';

let made = 0;
let hash: Promise<string> | undefined;

/** An account with an e-mail address of its own and `goodPassword`. */
export async function makeRegistered(name = 'Ann'): Promise<{ viewer: Member; email: string }> {
  const email = `person-${process.pid}-${++made}@mail.example`;
  const userId = await makeAccount({
    name,
    email,
    passwordHash: await (hash ??= hashPassword(goodPassword)),
  });
  return { viewer: { kind: 'registered', userId, name, isAdmin: false }, email };
}

/** A browser of plain requests: it keeps its cookies, and says where it comes from. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly server: TestServer,
    /** The visitor's secret that it sends along. */
    public secret: string | null = null,
  ) {}

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get session(): string | undefined {
    return this.cookies.get('foyer.session');
  }

  async send(path: string, { body, headers = {}, method }: Parameters<TestServer['send']>[1] = {}) {
    const answer = await this.server.send(path, {
      ...(method !== undefined && { method }),
      ...(body !== undefined && { body }),
      headers: {
        origin: this.server.origin,
        ...(this.cookies.size > 0 && { cookie: this.cookie }),
        ...(this.secret && { 'x-foyer-visitor': this.secret }),
        ...headers,
      },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0\b|expires=thu, 01 jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** A form of NextAuth, with its token. */
  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const { csrfToken } = JSON.parse((await this.send('/api/auth/csrf')).text) as { csrfToken: string };
    return this.send(path, {
      body: new URLSearchParams({ csrfToken, json: 'true', ...fields }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  }

  /** @returns the error's name, or null when it is signed in */
  async signIn(email: string, password = goodPassword): Promise<string | null> {
    const { text } = await this.post('/api/auth/callback/credentials', { email, password });
    const { url } = JSON.parse(text) as { url: string };
    return new URL(url).searchParams.get('error');
  }

  signOut() {
    return this.post('/api/auth/signout', {});
  }

  /** A call; `input` makes it a mutation. */
  async call(
    name: string,
    input?: unknown,
  ): Promise<{ status: number; data: unknown; reason: string | undefined }> {
    const answer = await this.send(
      `/api/trpc/${name}`,
      input === undefined ? {} : { body: JSON.stringify(input) },
    );
    const told = JSON.parse(answer.text) as {
      result?: { data: unknown };
      error?: { data: { reason: string } };
    };
    return { status: answer.status, data: told.result?.data, reason: told.error?.data.reason };
  }

  async me(): Promise<MeView | null> {
    const { data } = await this.call('session.get');
    return (data as SessionView | undefined)?.me ?? null;
  }
}

/** A browser that is signed in to an account of its own. */
export async function makeSignedIn(server: TestServer, name = 'Ann') {
  const { viewer, email } = await makeRegistered(name);
  const browser = new Browser(server);
  const error = await browser.signIn(email);
  if (error) throw new Error(`The sign-in failed: ${error}`);
  return { viewer, email, browser };
}
