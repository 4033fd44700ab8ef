import { createHash, randomBytes } from 'node:crypto';
import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { adminLinkHours, resetLinkMinutes } from '@/shared/limits';
import type { Member } from '@/shared/user';

type Kind = 'admin' | 'reset';
const lifeMinutes: Record<Kind, number> = { admin: adminLinkHours * 60, reset: resetLinkMinutes };
const context = 'foyer-link:v1:';

const make = statement<unknown>(
  'link-make',
  `insert into one_time_links (verifier, kind, user_id, expires_at)
   values ($1, $2, $3, now() + $4 * interval '1 minute')`,
);
const tidy = statement<unknown>(
  'link-tidy',
  `delete from one_time_links where expires_at < now() or (kind = 'reset' and user_id = $1)`,
);
const use = statement<{ userId: string | null }>(
  'link-use',
  `delete from one_time_links where verifier = $1 and kind = $2 and expires_at > now() returning user_id as "userId"`,
);
const byEmail = statement<{ id: string }>(
  'link-account',
  `select id from users where email = $1 and kind = 'registered' and erased_at is null`,
);
const hasAdmin = statement<{ hasAdmin: boolean }>(
  'link-has-admin',
  'select exists (select from users where is_admin) as "hasAdmin"',
);
const makeAdmin = statement<{ id: string }>(
  'link-make-admin',
  `update users set is_admin = true where id = $1 and not exists (select from users where is_admin) returning id`,
);

const verifierOf = (token: string) => createHash('sha256').update(context).update(token).digest();

/** @returns the token, which is kept nowhere: only its verifier is */
async function makeLink(kind: Kind, userId: string | null): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await run(tidy, [userId]);
  await run(make, [verifierOf(token), kind, userId, lifeMinutes[kind]]);
  return token;
}

const spent = () =>
  new AppError('NOT_FOUND', 'not_found', 'This link was used already, or is too old. Ask for another one.');

/** A token that sets a new password once; null when no account has this e-mail address. */
export async function makeResetLink(email: string): Promise<string | null> {
  const account = (await run(byEmail, [email]))[0];
  return account ? makeLink('reset', account.id) : null;
}

/** A token that makes its user the admin once; null when there is one. */
export async function makeAdminLink(): Promise<string | null> {
  return (await run(hasAdmin, []))[0]?.hasAdmin ? null : makeLink('admin', null);
}

/** @returns the account that the token is for @throws {AppError} NOT_FOUND */
export async function takeResetLink(token: string): Promise<string> {
  const link = (await run(use, [verifierOf(token), 'reset']))[0];
  if (!link?.userId) throw spent();
  return link.userId;
}

/** @throws {AppError} NOT_FOUND when the link is spent, or there is an admin by now */
export async function takeAdminLink(viewer: Member, token: string): Promise<Member> {
  if (!(await run(use, [verifierOf(token), 'admin']))[0]) throw spent();
  if (!(await run(makeAdmin, [viewer.userId]))[0]) throw spent();
  return { ...viewer, isAdmin: true };
}
