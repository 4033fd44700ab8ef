import { forgetHere, rememberAccount, replaceSecret } from '@/client/identity';
import { leaveFor, whileChanging } from '@/client/identity-check';
import { outbox } from '@/client/message/use-outbox';
import { inboxPath } from '@/client/paths';
import { endSession } from '@/client/user/auth-calls';

/**
 * Signs out and leaves nothing of the account in this browser: neither what waits, nor drafts, nor caches.
 * @throws when the server cannot be reached: then the person is still signed in
 */
export async function signOut(): Promise<void> {
  await whileChanging(async () => {
    await endSession();
    await wipe(false);
  });
  leaveFor(inboxPath);
}

/** Makes this browser a stranger's: who its visitor was can only come back with a recovery code. */
export async function forgetMe(): Promise<void> {
  await wipe(true);
  leaveFor(inboxPath);
}

async function wipe(isAll: boolean): Promise<void> {
  await outbox().forgetOwner();
  if ('caches' in window) for (const name of await caches.keys()) await caches.delete(name);
  forgetHere({ isAll });
  if (isAll) replaceSecret(null);
  rememberAccount(null);
}
