import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import {
  forgetHere,
  identityAs,
  knownSecret,
  onIdentity,
  rememberAccount,
  replaceSecret,
} from '@/client/identity';
import { signInPath } from '@/client/paths';
import type { AppRouter } from '@/server/api/root';
import type { ErrorData } from '@/shared/error-code';
import type { SessionView } from '@/shared/user';

const changingKey = 'foyer.changing';
const changingMaxMs = 15_000;
const lookMs = 200;

let plain: TRPCClient<AppRouter> | undefined;

/** Calls over plain HTTP, for whoever the cookie and the secret prove to be. */
export const plainCalls = (): TRPCClient<AppRouter> =>
  (plain ??= createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: '/api/trpc',
        headers: () => {
          const secret = knownSecret();
          return secret ? { 'x-foyer-visitor': secret } : {};
        },
      }),
    ],
  }));

/**
 * Lets other tabs wait while this one moves the browser from one identity to another: between the two
 * steps they would find nobody there.
 */
export async function whileChanging<T>(work: () => Promise<T>): Promise<T> {
  mark(String(Date.now()));
  try {
    return await work();
  } finally {
    mark(null);
  }
}

function mark(value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(changingKey);
    else localStorage.setItem(changingKey, value);
  } catch {
    // Storage is closed to us: then no other tab shares the identity either.
  }
}

function isChanging(): boolean {
  try {
    return Date.now() - Number(localStorage.getItem(changingKey) ?? 0) < changingMaxMs;
  } catch {
    return false;
  }
}

/** What the server knows of this browser; `isSpent`: its visitor was moved away from here. */
export async function askSession(): Promise<{ session: SessionView | null; isSpent: boolean }> {
  try {
    return { session: await plainCalls().session.get.query(), isSpent: false };
  } catch (cause) {
    const data = cause instanceof TRPCClientError ? (cause.data as ErrorData | undefined) : undefined;
    if (data?.reason === 'identity_ended') return { session: null, isSpent: true };
    throw cause;
  }
}

let checking: Promise<void> | undefined;

/** Finds out anew who is at this browser: for when the server says that it is somebody else. */
export function checkIdentity(): Promise<void> {
  checking ??= check().finally(() => (checking = undefined));
  return checking;
}

async function check(): Promise<void> {
  while (isChanging()) await new Promise((resolve) => setTimeout(resolve, lookMs));
  const before = identityAs();
  const { session, isSpent } = await askSession();
  const me = session?.me ?? null;
  if (me?.kind === 'registered') return rememberAccount({ id: me.id, name: me.name });
  if (before === 'visitor' && !isSpent) return;
  leaveFor(signInPath(isSpent ? 'moved' : 'ended'));
  if (isSpent) replaceSecret(null);
  forgetHere({ isAll: false });
  rememberAccount(null);
}

/** A page that showed one person's things must not stay when somebody else is here; a sign-in goes on in place. */
export const leaveWhenSomebodyElse = (): void =>
  void onIdentity((hasSignedIn) => {
    if (!hasSignedIn) leaveFor(identityAs() === 'visitor' ? '/' : window.location.href);
  });

let isLeaving = false;

/** Goes to another page, with nothing of this one left; the first to say so decides where to. */
export function leaveFor(path: string): void {
  if (isLeaving) return;
  isLeaving = true;
  window.location.replace(path);
}
