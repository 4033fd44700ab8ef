import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import type { Member } from '@/shared/user';

type UserRow = { id: string; kind: 'visitor' | 'registered'; name: string; isAdmin: boolean };
type FoundRow = UserRow & { verifier: Buffer; isSpent: boolean };

const byVerifiers = statement<FoundRow>(
  'visitors-by-verifier',
  `select visitor_verifier as verifier, id, kind, name, is_admin as "isAdmin", false as "isSpent" from users
   where visitor_verifier = any($1::bytea[]) and deactivated_at is null and kind = 'visitor'
   union all
   select verifier, user_id, 'visitor', '', false, true from spent_verifiers where verifier = any($1::bytea[])`,
);
const visitors = () =>
  once(
    'visitors-together',
    () =>
      new Together<Buffer, FoundRow>({
        keyOf: (verifier) => verifier.toString('hex'),
        read: (verifiers) => run(byVerifiers, [verifiers]),
        keyOfRow: (row) => row.verifier.toString('hex'),
      }),
  );
const mint = statement<UserRow>(
  'visitor-mint',
  `insert into users (id, kind, name, visitor_verifier)
   select $1, 'visitor', $2, $3 where not exists (select from spent_verifiers where verifier = $3)
   on conflict (visitor_verifier) do nothing
   returning id, kind, name, is_admin as "isAdmin"`,
);
const rename = statement<UserRow>(
  'user-rename',
  `update users set name = $2 where id = $1 returning id, kind, name, is_admin as "isAdmin"`,
);

export const memberOf = (row: UserRow): Member => ({
  userId: row.id,
  kind: row.kind,
  name: row.name,
  isAdmin: row.isAdmin,
});

/**
 * The visitor whose secret has this verifier (SHA-256, 32 bytes). `spent`: the secret was moved to an
 * account or another browser, and is nobody's any more; null: nobody's yet.
 */
export async function visitorByVerifier(verifier: Buffer): Promise<Member | 'spent' | null> {
  const row = await visitors().ask(verifier);
  if (!row) return null;
  return row.isSpent ? 'spent' : memberOf(row);
}

/** Makes the visitor's row; two first writes at once make one. */
export async function mintVisitor(verifier: Buffer, name: string): Promise<Member> {
  const made = (await run(mint, [newId(), name, verifier]))[0];
  const member = made ? memberOf(made) : await visitorByVerifier(verifier);
  if (!member || member === 'spent') throw new Error('A visitor could neither be made nor found.');
  return member;
}

export async function renameUser(viewer: Member, name: string): Promise<Member> {
  const rows = await run(rename, [viewer.userId, name]);
  if (!rows[0]) throw new Error('The viewer has no row.');
  return memberOf(rows[0]);
}
