import type { Identity } from '@/server/auth/identity';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { consume } from '@/server/base/rate-limit';
import { securityEvent } from '@/server/base/security-log';
import { register } from '@/server/domain/user/account';
import type { RegisterInput } from '@/shared/account';

/**
 * Makes an account; signing in to it is the next call. The answer is the same when the e-mail address has
 * one already: that sign-in then fails.
 * @throws {AppError} FORBIDDEN when registration is closed or somebody is signed in, TOO_MANY_REQUESTS
 */
export async function registerAccount(identity: Identity, input: RegisterInput): Promise<{ isDone: true }> {
  if (identity.session)
    throw new AppError('FORBIDDEN', 'not_allowed', 'You are signed in. Sign out to make another account.');
  if (env().REGISTRATION === 'closed')
    throw new AppError('FORBIDDEN', 'not_allowed', 'Nobody can register here at the moment.');
  const { address } = identity;
  try {
    await consume(
      { name: 'registrations', points: env().REGISTRATIONS_PER_HOUR_PER_ADDRESS, perSeconds: 3_600 },
      address,
    );
  } catch (cause) {
    securityEvent('registration_limited', { address });
    throw cause;
  }
  const { viewer } = identity;
  const userId = await register(input.keepVisitor && viewer.kind === 'visitor' ? viewer : null, input);
  if (userId) securityEvent('registered', { userId, address });
  return { isDone: true };
}
