import { createHash } from 'node:crypto';
import { env } from '@/server/base/env';
import { isAppError } from '@/server/base/errors';
import { consume, forgive } from '@/server/base/rate-limit';
import { addressMark, repeatedSecurityEvent, securityEvent } from '@/server/base/security-log';
import { signInByPassword } from '@/server/domain/user/account';
import { signInInput } from '@/shared/account';
import { signInWindowSeconds } from '@/shared/limits';
import type { Member } from '@/shared/user';

const accountRule = () => ({
  name: 'sign-in-account',
  points: env().SIGN_INS_PER_ACCOUNT,
  perSeconds: signInWindowSeconds,
});
const addressRule = () => ({
  name: 'sign-in-address',
  points: env().SIGN_INS_PER_ADDRESS,
  perSeconds: signInWindowSeconds,
});

/** Whether this address has tried too often. @throws {AppError} TOO_MANY_REQUESTS */
export async function countSignIn(address: string): Promise<void> {
  try {
    await consume(addressRule(), address);
  } catch (cause) {
    repeatedSecurityEvent('sign_in_limited', { address, by: 'address' });
    throw cause;
  }
}

/**
 * Signs in with what a form holds. Unknown addresses and wrong passwords are answered alike, in words and
 * in time, and count against the account alike.
 * @returns the account, `wrong`, or how long to wait after too many tries
 */
export async function signIn(
  form: unknown,
  address: string,
): Promise<Member | 'wrong' | { retryAfterMs: number }> {
  const parsed = signInInput.safeParse(form);
  if (!parsed.success) return 'wrong';
  const { email } = parsed.data;
  const key = createHash('sha256').update(email).digest('hex').slice(0, 32);
  try {
    // Counted before it is looked at, so that many tries at once count as well.
    await consume(accountRule(), key);
  } catch (cause) {
    if (!isAppError(cause) || cause.code !== 'TOO_MANY_REQUESTS') throw cause;
    repeatedSecurityEvent('sign_in_limited', { address, by: 'account', account: addressMark(email) });
    return { retryAfterMs: cause.retryAfterMs ?? signInWindowSeconds * 1_000 };
  }
  const member = await signInByPassword(parsed.data);
  if (!member) {
    securityEvent('sign_in_failed', { address, account: addressMark(email) });
    return 'wrong';
  }
  await forgive(accountRule(), key);
  return member;
}
