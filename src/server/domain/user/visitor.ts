import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import type { Member, Viewer } from '@/shared/user';

type UserRow = { id: string; kind: 'visitor' | 'registered'; name: string; isAdmin: boolean };

const byVerifier = statement<UserRow>(
  'visitor-by-verifier',
  `select id, kind, name, is_admin as "isAdmin" from users
   where visitor_verifier = $1 and deactivated_at is null and kind = 'visitor'`,
);
const mint = statement<UserRow>(
  'visitor-mint',
  `insert into users (id, kind, name, visitor_verifier) values ($1, 'visitor', $2, $3)
   on conflict (visitor_verifier) do nothing
   returning id, kind, name, is_admin as "isAdmin"`,
);
const rename = statement<UserRow>(
  'user-rename',
  `update users set name = $2 where id = $1 returning id, kind, name, is_admin as "isAdmin"`,
);

const memberOf = (row: UserRow): Member => ({
  userId: row.id,
  kind: row.kind,
  name: row.name,
  isAdmin: row.isAdmin,
});

/** The visitor whose secret has this verifier (SHA-256, 32 bytes), or a stranger. */
export async function visitorByVerifier(verifier: Buffer): Promise<Viewer> {
  const rows = await run(byVerifier, [verifier]);
  return rows[0] ? memberOf(rows[0]) : { kind: 'stranger', userId: null };
}

/** Makes the visitor's row; two first writes at once make one. */
export async function mintVisitor(verifier: Buffer, name: string): Promise<Member> {
  const made = await run(mint, [newId(), name, verifier]);
  const row = made[0] ?? (await run(byVerifier, [verifier]))[0];
  if (!row) throw new Error('A visitor could neither be made nor found.');
  return memberOf(row);
}

export async function renameUser(viewer: Member, name: string): Promise<Member> {
  const rows = await run(rename, [viewer.userId, name]);
  if (!rows[0]) throw new Error('The viewer has no row.');
  return memberOf(rows[0]);
}
