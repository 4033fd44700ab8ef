import { run, statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { personOf } from '@/server/domain/user/person';
import { publishPerson } from '@/server/domain/user/publish';
import { listSessions } from '@/server/domain/user/session';
import { sharingColumns, updateSharing } from '@/server/domain/user/sharing';
import { memberOf } from '@/server/domain/user/visitor';
import type { AccountView, UpdateMeInput } from '@/shared/account';
import type { Member, MeView, Viewer } from '@/shared/user';

type MeRow = Omit<MeView, 'picture'> & { picture: number | null };

const meColumns = `id, kind, name, is_admin as "isAdmin", picture, ${sharingColumns}`;
const meRow = statement<MeRow>('user-me', `select ${meColumns} from users where id = $1`);
const update = statement<MeRow & { isSeen: boolean }>(
  'user-update',
  `update users set name = coalesce($2, name), bio = coalesce($3, bio),
     picture = case when $4 then $5::int else picture end
   from (select id as old_id, name as old_name, picture as old_picture from users where id = $1 for update) old
   where id = old_id
   returning ${meColumns}, (name, picture) is distinct from (old_name, old_picture) as "isSeen"`,
);
const account = statement<Omit<AccountView, 'sessions'>>(
  'user-account',
  `select id, kind, name, bio, picture, email, password_hash is not null as "hasPassword",
     recovery_verifier is not null as "hasRecoveryCode",
     array(select provider from accounts where user_id = users.id order by provider) as providers
   from users where id = $1`,
);

const meOf = ({ picture, ...me }: MeRow): MeView => ({ ...me, ...(picture !== null && { picture }) });

/** The viewer as they see themselves; null for a stranger. */
export async function getMe(viewer: Viewer): Promise<MeView | null> {
  if (viewer.userId === null) return null;
  const row = (await run(meRow, [viewer.userId]))[0];
  return row ? meOf(row) : null;
}

/**
 * Changes what is given; open lists and threads of others hear of a new name or picture at once.
 * @returns the viewer from now on, and what they see of themselves
 */
export async function updateMe(
  viewer: Member,
  { name, bio, picture, ...sharing }: UpdateMeInput,
): Promise<{ member: Member; me: MeView }> {
  if (Object.keys(sharing).length > 0) await updateSharing(viewer, sharing);
  const row = (
    await run(update, [viewer.userId, name ?? null, bio ?? null, picture !== undefined, picture ?? null])
  )[0];
  if (!row) throw notFound();
  const { isSeen, ...own } = row;
  if (isSeen) await publishPerson(personOf(row.id, row));
  return { member: memberOf(own), me: meOf(own) };
}

/** Everything about the viewer that is nobody else's business. */
export async function getAccount(viewer: Member, sessionId: string | null): Promise<AccountView> {
  const row = (await run(account, [viewer.userId]))[0];
  if (!row) throw notFound();
  return { ...row, sessions: await listSessions(viewer.userId, sessionId) };
}
