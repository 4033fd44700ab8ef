import { suggestedName } from '@/client/lib/suggested-name';

const secretKey = 'foyer.visitor';
const nameKey = 'foyer.name';
const accountKey = 'foyer.account';

/** The account that this browser is signed in to, as far as it knows: the cookie itself is hidden from scripts. */
export type KnownAccount = { id: string; name: string };

type Key = typeof secretKey | typeof nameKey | typeof accountKey;
let memory: Partial<Record<Key, string | undefined>> = {};
const listeners = new Set<(hasSignedIn: boolean) => void>();

function read(key: Key): string | null {
  try {
    return localStorage.getItem(key) ?? memory[key] ?? null;
  } catch {
    // Storage is closed to us (a private window): the identity lives as long as the page.
    return memory[key] ?? null;
  }
}

function write(key: Key, value: string | null): void {
  memory = { ...memory, [key]: value ?? undefined };
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Kept in memory above.
  }
}

function remembered(key: Key, make: () => string): string {
  const known = read(key);
  if (known) return known;
  const made = make();
  write(key, made);
  return made;
}

/** 32 random bytes, 43 characters of base64url. */
export const newSecret = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The visitor's secret, of this browser's own. */
export const visitorSecret = (): string => remembered(secretKey, newSecret);
/** The secret, when this browser has one already. */
export const knownSecret = (): string | null => read(secretKey);
/** Puts another secret in its place; null is somebody new at the next need of one. */
export function replaceSecret(secret: string | null): void {
  write(secretKey, secret);
  look();
}

/** The name that a visitor writes under until they choose one. */
export const visitorName = (): string => remembered(nameKey, suggestedName);
export const rememberVisitorName = (name: string | null): void => write(nameKey, name);

export function knownAccount(): KnownAccount | null {
  const [id, name] = read(accountKey)?.split(' ', 2) ?? [];
  return id && name !== undefined ? { id, name: decodeURIComponent(name) } : null;
}

/** Who is at this browser from now on; all its tabs hear of it. */
export function rememberAccount(account: KnownAccount | null): void {
  write(accountKey, account && `${account.id} ${encodeURIComponent(account.name)}`);
  look();
}

/** Who this browser believes to be: an account's id, or `visitor`. The server refuses calls for anybody else. */
export const identityAs = (): string => knownAccount()?.id ?? 'visitor';

/** Tells one person at this browser from the next, visitors included; a stranger's first secret changes nobody. */
const identityMark = () => knownAccount()?.id ?? `visitor ${knownSecret()?.slice(0, 8) ?? ''}`.trim();
let shownMark: string | undefined;

function look(): void {
  const [before, now] = [shownMark, identityMark()];
  shownMark = now;
  if (before === undefined || before === now || (before === 'visitor' && now.startsWith(before))) return;
  for (const listener of listeners) listener(before.startsWith('visitor') && !now.startsWith('visitor'));
}

/**
 * Hears when somebody else is at this browser, in this tab or another one.
 * @param listener told whether it is a visitor who has signed in
 */
export function onIdentity(listener: (hasSignedIn: boolean) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

if (typeof window !== 'undefined') {
  look();
  window.addEventListener('storage', look);
  window.addEventListener('pageshow', look);
}

type Credentials = { visitor?: string; name: string; as: string };

/** What a socket says first. A signed-in browser needs no visitor: it makes none up. */
export function credentials(): Credentials {
  const account = knownAccount();
  const secret = account ? knownSecret() : visitorSecret();
  return { ...(secret && { visitor: secret }), name: visitorName(), as: identityAs() };
}

/** The same as headers of a call. */
export function credentialHeaders(): Record<string, string> {
  const { visitor, name, as } = credentials();
  return {
    ...(visitor && { 'x-foyer-visitor': visitor }),
    'x-foyer-name': encodeURIComponent(name),
    'x-foyer-as': as,
  };
}

/** Forgets what this browser keeps of the account; with `isAll` of the visitor as well. */
export function forgetHere({ isAll }: { isAll: boolean }): void {
  const kept = new Set<string>(isAll ? [] : [secretKey, nameKey]);
  memory = isAll ? {} : { ...memory, [accountKey]: undefined };
  for (const storage of ['localStorage', 'sessionStorage'] as const) {
    try {
      for (const key of Object.keys(window[storage]))
        if (key.startsWith('foyer.') && !kept.has(key)) window[storage].removeItem(key);
    } catch {
      // Storage is closed to us: there is nothing in it.
    }
  }
}
