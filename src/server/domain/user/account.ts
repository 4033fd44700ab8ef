import { v7 as newId } from 'uuid';
import type { PoolClient } from 'pg';
import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound, sqlState } from '@/server/base/errors';
import { fitsPassword, hashPassword } from '@/server/base/password';
import { againWhenBeaten } from '@/server/base/retry';
import { endSessions } from '@/server/domain/user/session';
import { memberOf } from '@/server/domain/user/visitor';
import { publish } from '@/server/realtime/bus';
import type { ChangePasswordInput, RegisterInput, SignInInput } from '@/shared/account';
import type { Member } from '@/shared/user';

type NewAccount = { email: string | null; passwordHash: string | null; name: string };

const insert = statement<unknown>(
  'account-insert',
  `insert into users (id, kind, name, email, password_hash) values ($1, 'registered', $2, $3, $4)`,
);
const promote = statement<{ roomId: string }>(
  'account-promote',
  `with mine as materialized (
    select room_id from memberships where user_id = $1 and role = 'visitor' order by room_id for update
  )
  update memberships m set role = 'member' from mine where m.user_id = $1 and m.room_id = mine.room_id
  returning m.room_id as "roomId"`,
);
const spend = statement<unknown>(
  'account-spend',
  `insert into spent_verifiers (verifier, user_id)
   select visitor_verifier, $2 from users where id = $1 and visitor_verifier is not null
   on conflict do nothing`,
);
const upgrade = statement<{ id: string }>(
  'account-upgrade',
  `update users set kind = 'registered', name = $2, email = $3, password_hash = $4,
     visitor_verifier = null, recovery_verifier = null
   where id = $1 and kind = 'visitor' and claimed_by_id is null and deactivated_at is null
   returning id`,
);
const byEmail = statement<{ id: string; name: string; isAdmin: boolean; passwordHash: string | null }>(
  'account-by-email',
  `select id, name, is_admin as "isAdmin", password_hash as "passwordHash" from users
   where email = $1 and kind = 'registered' and erased_at is null`,
);
const byId = statement<{ passwordHash: string | null }>(
  'account-password',
  `select password_hash as "passwordHash" from users where id = $1 and kind = 'registered'`,
);
const setPassword = statement<unknown>(
  'account-set-password',
  'update users set password_hash = $2 where id = $1',
);
const deactivate = statement<unknown>(
  'account-deactivate',
  'update users set deactivated_at = now() where id = $1 and deactivated_at is null',
);
const reactivate = statement<unknown>(
  'account-reactivate',
  'update users set deactivated_at = null where id = $1 and deactivated_at is not null',
);

/** The secret of a visitor ends: nobody can become them, or anybody else, with it again. */
export const spendSecret = (client: PoolClient, visitorId: string, userId: string) =>
  run(spend, [visitorId, userId], client);

/**
 * Turns a visitor into an account, in place: the id stays, nothing is rewritten, the secret dies.
 * @throws 23505 when the e-mail address is taken
 */
async function upgradeVisitor(visitorId: string, { email, passwordHash, name }: NewAccount): Promise<void> {
  const roomIds = await againWhenBeaten(() =>
    inTransaction(async (client) => {
      // Memberships before the person, as a send locks them; once more for a room joined meanwhile.
      const before = await run(promote, [visitorId], client);
      await spendSecret(client, visitorId, visitorId);
      const made = await run(upgrade, [visitorId, name, email, passwordHash], client);
      if (!made[0]) throw notFound();
      const after = await run(promote, [visitorId], client);
      return [...before, ...after].map((row) => row.roomId);
    }),
  );
  publish(`user:${visitorId}`, { type: 'identity' });
  for (const roomId of roomIds)
    publish(`user:${visitorId}`, { type: 'membership', roomId, status: 'joined' });
}

/** An account without a visitor before it. @returns its id */
export async function makeAccount({ email, passwordHash, name }: NewAccount): Promise<string> {
  const id = newId();
  await run(insert, [id, name, email, passwordHash]);
  return id;
}

/**
 * Registers an account. Whether the address was taken already is not told, here and by the time it takes:
 * whoever then signs in with the password finds out.
 * @param visitor the one that becomes the account, or null
 * @returns the account's id, for the log alone; null when the address was taken
 */
export async function register(visitor: Member | null, input: RegisterInput): Promise<string | null> {
  const account = { email: input.email, passwordHash: await hashPassword(input.password), name: input.name };
  try {
    if (!visitor) return await makeAccount(account);
    await upgradeVisitor(visitor.userId, account);
    return visitor.userId;
  } catch (cause) {
    if (sqlState(cause) === '23505') return null;
    throw cause;
  }
}

/** The account that this e-mail address and password open, or null; it takes as long either way. */
export async function signInByPassword({ email, password }: SignInInput): Promise<Member | null> {
  const row = (await run(byEmail, [email]))[0];
  if (!(await fitsPassword(password, row?.passwordHash ?? null)) || !row) return null;
  await run(reactivate, [row.id]);
  return memberOf({ ...row, kind: 'registered' });
}

/** @throws {AppError} FORBIDDEN when it is not the account's password */
export async function provePassword(userId: string, password: string): Promise<void> {
  const row = (await run(byId, [userId]))[0];
  if (await fitsPassword(password, row?.passwordHash ?? null)) return;
  throw new AppError('FORBIDDEN', 'wrong_password', 'This is not your present password.');
}

/**
 * Changes the password and signs every other browser out.
 * @throws {AppError} FORBIDDEN when the present one is wrong
 */
export async function changePassword(
  viewer: Member,
  { current, password }: ChangePasswordInput,
  sessionId: string,
): Promise<void> {
  await provePassword(viewer.userId, current);
  await run(setPassword, [viewer.userId, await hashPassword(password)]);
  await endSessions(viewer.userId, sessionId);
}

/** Sets a password without asking for the old one: for whoever holds a reset link. */
export async function replacePassword(userId: string, password: string): Promise<void> {
  await run(setPassword, [userId, await hashPassword(password)]);
  await endSessions(userId);
}

/**
 * Takes what shows that a person means it: an account's password, or their name where there is none.
 * @throws {AppError} FORBIDDEN when it is not that
 */
export async function proveWill(viewer: Member, proof: string): Promise<void> {
  const row = (await run(byId, [viewer.userId]))[0];
  if (row?.passwordHash) return provePassword(viewer.userId, proof);
  if (proof.trim() !== viewer.name)
    throw new AppError(
      'FORBIDDEN',
      'wrong_password',
      'Type your name as others see it, to say that you mean it.',
    );
}

/** Nobody is signed in to the account any more; signing in brings it back. */
export async function deactivateAccount(viewer: Member): Promise<void> {
  await run(deactivate, [viewer.userId]);
  await endSessions(viewer.userId);
}
