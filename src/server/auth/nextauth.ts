import type { AuthOptions, Profile, User } from 'next-auth';
import { encode } from 'next-auth/jwt';
import CredentialsProvider from 'next-auth/providers/credentials';
import GitHubProvider from 'next-auth/providers/github';
import GoogleProvider from 'next-auth/providers/google';
import { z } from 'zod';
import { decodeToken, readSession, sessionCookieName } from '@/server/auth/session';
import { signIn } from '@/server/auth/sign-in';
import { env } from '@/server/base/env';
import { log } from '@/server/base/log';
import { securityEvent } from '@/server/base/security-log';
import { signInByProvider } from '@/server/domain/user/provider';
import { endSession, liveSession, openSession } from '@/server/domain/user/session';
import { email } from '@/shared/account';
import { sessionDays } from '@/shared/limits';
import { personName } from '@/shared/text';

/** What of a request the options depend on. */
export type AuthRequest = {
  cookie: string | undefined;
  address: string;
  userAgent: string;
  /** Hears that a sign-in was one too many: NextAuth itself would answer it like a wrong password. */
  onLimited(retryAfterMs: number): void;
};

const daySeconds = 24 * 60 * 60;
const tokenIds = z.object({ sub: z.uuid(), sid: z.uuid() });

/** The providers that are set up, beside the password. */
export function providerNames(): { id: string; name: string }[] {
  const { GITHUB_ID, GOOGLE_ID, OIDC_ID, OIDC_NAME } = env();
  return [
    ...(GITHUB_ID ? [{ id: 'github', name: 'GitHub' }] : []),
    ...(GOOGLE_ID ? [{ id: 'google', name: 'Google' }] : []),
    ...(OIDC_ID ? [{ id: 'oidc', name: OIDC_NAME }] : []),
  ];
}

function providersOf(request: AuthRequest): AuthOptions['providers'] {
  const settings = env();
  return [
    CredentialsProvider({
      name: 'Password',
      credentials: { email: { type: 'email' }, password: { type: 'password' } },
      async authorize(form): Promise<User | null> {
        const { email: address, password } = form ?? {};
        const result = await signIn({ email: address, password }, request.address);
        if (result === 'wrong') return null;
        if ('userId' in result) return { id: result.userId };
        request.onLimited(result.retryAfterMs);
        throw new Error('too_fast');
      },
    }),
    ...(settings.GITHUB_ID && settings.GITHUB_SECRET
      ? [GitHubProvider({ clientId: settings.GITHUB_ID, clientSecret: settings.GITHUB_SECRET })]
      : []),
    ...(settings.GOOGLE_ID && settings.GOOGLE_SECRET
      ? [
          GoogleProvider({
            clientId: settings.GOOGLE_ID,
            clientSecret: settings.GOOGLE_SECRET,
            checks: ['pkce', 'state', 'nonce'],
          }),
        ]
      : []),
    ...(settings.OIDC_ISSUER && settings.OIDC_ID && settings.OIDC_SECRET
      ? [
          {
            id: 'oidc',
            name: settings.OIDC_NAME,
            type: 'oauth' as const,
            wellKnown: `${settings.OIDC_ISSUER.replace(/\/+$/, '')}/.well-known/openid-configuration`,
            clientId: settings.OIDC_ID,
            clientSecret: settings.OIDC_SECRET,
            authorization: { params: { scope: 'openid email profile' } },
            idToken: true,
            checks: ['pkce' as const, 'state' as const, 'nonce' as const],
            profile: (profile: Profile) => ({ id: profile.sub ?? '', name: profile.name ?? null }),
          },
        ]
      : []),
  ];
}

/** What providers say of a person; only Google and OpenID Connect say whether an address was verified. */
const vouchedProfile = z.looseObject({
  name: z.string().nullish(),
  login: z.string().nullish(),
  preferred_username: z.string().nullish(),
  email: z.string().nullish(),
  email_verified: z.union([z.boolean(), z.string()]).nullish(),
});

/** @returns the account's id, or null when another account has the e-mail address */
async function accountOf(
  provider: string,
  providerAccountId: string,
  profile: unknown,
): Promise<string | null> {
  const told = vouchedProfile.safeParse(profile).data ?? {};
  const claimedEmail = email.safeParse(told.email).data ?? null;
  const isVerified = told.email_verified === true || told.email_verified === 'true';
  const names = [told.name, told.preferred_username, told.login, 'Member'];
  const name = names.map((each) => personName.safeParse(each).data).find(Boolean) ?? 'Member';
  const vouched = {
    provider,
    providerAccountId,
    name,
    claimedEmail,
    email: isVerified ? claimedEmail : null,
  };
  return signInByProvider(vouched);
}

/** NextAuth as Foyer uses it, for one request. */
export function authOptions(request: AuthRequest): AuthOptions {
  const settings = env();
  return {
    providers: providersOf(request),
    secret: settings.secrets[0],
    useSecureCookies: settings.isSecure,
    session: { strategy: 'jwt', maxAge: sessionDays * daySeconds },
    jwt: { encode, decode: ({ token, salt }) => decodeToken(token, salt) },
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: settings.isSecure },
      },
    },
    pages: { signIn: '/sign-in', signOut: '/', error: '/sign-in', newUser: '/' },
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.type !== 'oauth') return true;
        const id = account.providerAccountId
          ? await accountOf(account.provider, account.providerAccountId, profile)
          : null;
        if (!id) {
          securityEvent('sign_in_failed', { address: request.address, provider: account.provider });
          return '/sign-in?error=OAuthAccountNotLinked';
        }
        user.id = id;
        return true;
      },
      /** Only our own pages: an address of another origin becomes the first page. */
      redirect: ({ url, baseUrl }) => samePage(url, baseUrl),
      async jwt({ token, user, account }) {
        if (user && account) {
          // Whoever signs in anew leaves the session that this browser had before.
          const before = await readSession(request.cookie);
          const sid = await openSession(user.id, request.userAgent);
          if (before) await endSession(before.member.userId, before.id);
          securityEvent('sign_in', { userId: user.id, address: request.address, by: account.provider });
          return { sub: user.id, sid };
        }
        const ids = tokenIds.parse(token);
        if (!(await liveSession(ids.sid, ids.sub))) throw new Error('The session has ended.');
        return ids;
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      async signOut({ token }) {
        const ids = tokenIds.safeParse(token);
        if (!ids.success) return;
        await endSession(ids.data.sub, ids.data.sid);
        securityEvent('sign_out', { userId: ids.data.sub, address: request.address });
      },
    },
    logger: {
      error: (code) => log().warn({ code }, 'a sign-in failed'),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}

/** @returns a path of this server; whatever a browser would read as another place becomes `/` */
export function samePage(url: string, baseUrl: string): string {
  const base = new URL(baseUrl);
  // oxlint-disable-next-line no-control-regex -- browsers skip them: `/\t/evil` is `//evil`
  if (/[\u0000-\u001F\u007F\\]/.test(url) || !URL.canParse(url, base)) return `${base.origin}/`;
  const target = new URL(url, base);
  // A `blob:` of our own has our origin as well.
  const isOurs = target.protocol === base.protocol && target.origin === base.origin;
  const isOwn = isOurs && !target.username && !target.password;
  return isOwn ? target.href : `${base.origin}/`;
}
