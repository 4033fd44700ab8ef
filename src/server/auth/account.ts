import type { Identity } from '@/server/auth/identity';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { consume } from '@/server/base/rate-limit';
import { repeatedSecurityEvent, securityEvent } from '@/server/base/security-log';
import { verifierOf } from '@/server/auth/visitor-secret';
import { eraseUser } from '@/server/domain/message/erase';
import { passRoomsOn } from '@/server/domain/room/succession';
import { claimVisitor } from '@/server/domain/message/claim';
import { deactivateAccount, proveWill, register, replacePassword } from '@/server/domain/user/account';
import { takeAdminLink, takeResetLink } from '@/server/domain/user/one-time-link';
import { recoverVisitor } from '@/server/domain/user/recovery';
import type { EraseInput, RecoverInput, RegisterInput } from '@/shared/account';
import { signInWindowSeconds } from '@/shared/limits';

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
    repeatedSecurityEvent('registration_limited', { address });
    throw cause;
  }
  const { viewer } = identity;
  const userId = await register(input.keepVisitor && viewer.kind === 'visitor' ? viewer : null, input);
  if (userId) securityEvent('registered', { userId, address });
  return { isDone: true };
}

/** Guesses at a secret that somebody types: a password, a code, a link. @throws {AppError} TOO_MANY_REQUESTS */
export const countGuess = ({ key }: Identity): Promise<void> =>
  consume({ name: 'guesses', points: env().SIGN_INS_PER_ADDRESS, perSeconds: signInWindowSeconds }, key);

/**
 * Makes the visitor of this browser part of the account that is signed in here.
 * @throws {AppError} UNAUTHORIZED without an account, NOT_FOUND without a visitor, CONFLICT
 */
export async function claimOwnVisitor(identity: Identity): Promise<{ isDone: true }> {
  const { viewer } = identity.account();
  const visitor = await identity.unclaimedVisitor();
  if (!visitor) throw new AppError('NOT_FOUND', 'not_found', 'There is no visitor in this browser to keep.');
  await claimVisitor(viewer, visitor.id);
  securityEvent('visitor_claimed', {
    userId: viewer.userId,
    address: identity.address,
    visitorId: visitor.id,
  });
  return { isDone: true };
}

/** Brings a visitor into this browser, under a secret that it has made for them. */
export async function recover(identity: Identity, { code, secret }: RecoverInput) {
  await countGuess(identity);
  const visitor = await recoverVisitor(code, verifierOf(secret));
  securityEvent('visitor_recovered', { userId: visitor.id, address: identity.address });
  return { name: visitor.name };
}

/** Sets a new password with a link; every browser of the account is signed out. */
export async function resetPassword(
  identity: Identity,
  { token, password }: { token: string; password: string },
): Promise<void> {
  await countGuess(identity);
  const userId = await takeResetLink(token);
  await replacePassword(userId, password);
  securityEvent('password_reset', { userId, address: identity.address });
}

/** Makes whoever holds the link the admin, visitors included. */
export async function becomeAdmin(identity: Identity, token: string): Promise<{ isAdmin: true }> {
  await countGuess(identity);
  const member = identity.adopt(await takeAdminLink(await identity.member(), token));
  securityEvent('admin_made', { userId: member.userId, address: identity.address });
  return { isAdmin: true };
}

/** Erases whoever calls; their identity ends with it. */
export async function erase(identity: Identity, input: EraseInput): Promise<void> {
  await countGuess(identity);
  const member = await identity.member();
  await eraseUser(member, input);
  securityEvent('erased', { userId: member.userId, address: identity.address, texts: input.texts });
}

/**
 * Lets an account rest until its person signs in again; what they alone own gets another owner beside them.
 * @throws {AppError} UNAUTHORIZED without an account, FORBIDDEN when the proof is wrong
 */
export async function deactivate(identity: Identity, { proof }: { proof: string }): Promise<void> {
  const { viewer } = identity.account();
  await countGuess(identity);
  await proveWill(viewer, proof);
  await passRoomsOn(viewer, { isForGood: false });
  await deactivateAccount(viewer);
  securityEvent('deactivated', { userId: viewer.userId, address: identity.address });
}
