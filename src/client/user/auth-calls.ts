import { rememberAccount } from '@/client/identity';
import { askSession } from '@/client/identity-check';

/** What a form is told; `error` is one of `signInErrors`. */
type Answer = { error: string | null; retryAfterSeconds: number | null };

/** Posts a form to NextAuth, with the token that proves that it is ours. */
async function post(path: string, fields: Record<string, string>): Promise<Answer & { url: string }> {
  const token = (await (await fetch('/api/auth/csrf', { cache: 'no-store' })).json()) as {
    csrfToken: string;
  };
  const answer = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...fields, csrfToken: token.csrfToken, json: 'true' }),
  });
  if (answer.status === 429)
    return { url: '', error: 'too_fast', retryAfterSeconds: Number(answer.headers.get('retry-after')) };
  const { url = '' } = (await answer.json()) as { url?: string };
  const error = URL.canParse(url) ? new URL(url).searchParams.get('error') : 'Unknown';
  return { url, error, retryAfterSeconds: null };
}

/** Signs in and remembers who is here from now on. @throws when the server cannot be reached */
export async function signIn(email: string, password: string): Promise<Answer> {
  const { error, retryAfterSeconds } = await post('callback/credentials', { email, password });
  if (error) return { error, retryAfterSeconds };
  return { error: (await adoptSession()) ? null : 'Unknown', retryAfterSeconds: null };
}

/** Goes to a provider, which sends the browser back. */
export async function signInWith(provider: string): Promise<Answer> {
  const { url, error } = await post(`signin/${provider}`, { callbackUrl: '/' });
  if (error || !url) return { error: error ?? 'Unknown', retryAfterSeconds: null };
  window.location.assign(url);
  return { error: null, retryAfterSeconds: null };
}

export const endSession = () => post('signout', {});

/** Learns from the server who the cookie proves to be. @returns whether it is an account */
export async function adoptSession(): Promise<boolean> {
  const { session } = await askSession();
  const me = session?.me;
  if (me?.kind !== 'registered') return false;
  rememberAccount({ id: me.id, name: me.name });
  return true;
}

const words: Record<string, string> = {
  CredentialsSignin: 'The e-mail address or the password is not right.',
  OAuthAccountNotLinked:
    'There is an account with this e-mail address already. Sign in to it with its password.',
  AccessDenied: 'The provider did not let you in.',
  OAuthCallback: 'The provider’s answer could not be used. Try again.',
  Callback: 'The provider’s answer could not be used. Try again.',
};

/** What a person is told when signing in failed. */
export function signInSentence({ error, retryAfterSeconds }: Answer): string | null {
  if (error === null) return null;
  if (error !== 'too_fast') return words[error] ?? 'Signing in did not work. Try again.';
  const minutes = Math.max(1, Math.ceil((retryAfterSeconds || 15 * 60) / 60));
  return `That was tried too often. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}
