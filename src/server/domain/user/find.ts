import { run, statement, type Statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { userSearchSize } from '@/shared/limits';
import type { PersonView, ProfileView, Viewer } from '@/shared/user';

type Row = { id: string; kind: PersonView['kind']; name: string; picture: number | null; bio: string };

const byId = statement<Row>(
  'user-get',
  `select u.id, u.kind, u.name, u.picture, u.bio from users f
   join users u on u.id = coalesce(f.claimed_by_id, f.id)
   where f.id = $1 and u.deactivated_at is null
     and (u.id = $2 or exists (
       select from memberships m join rooms r on r.id = m.room_id
       left join memberships o on o.room_id = r.id and o.user_id = $2
       where m.user_id = u.id and m.status = 'active'
         and (o.status = 'active' or (r.kind = 'public' and coalesce(o.status, 'left') <> 'banned' and ($3 or r.visitors <> 'none')))))`,
);
/** Accounts may be found by anybody who has one; visitors only by those who share a room with them. */
const byName: Statement<Row> = {
  // Whether the trigram index serves depends on the words: planned each time.
  name: undefined,
  text: `select u.id, u.kind, u.name, u.picture, u.bio from users u
   where u.name ilike $1 and u.kind in ('registered', 'visitor') and u.claimed_by_id is null
     and u.deactivated_at is null and u.erased_at is null and u.id <> $2
     and (u.kind = 'registered' or exists (
       select from memberships m join memberships o on o.room_id = m.room_id and o.user_id = $2 and o.status = 'active'
       where m.user_id = u.id and m.status = 'active'))
   order by lower(u.name) like lower($3) desc, u.name, u.id limit ${userSearchSize}`,
};

const profileOf = ({ picture, ...row }: Row): ProfileView => ({
  ...row,
  ...(picture !== null && { picture }),
});

/**
 * A person whom the viewer may meet in some room.
 * @throws {AppError} NOT_FOUND for anybody else, as for an id that is nobody's
 */
export async function getUser(viewer: Viewer, id: string): Promise<ProfileView> {
  const row = (await run(byId, [id, viewer.userId, viewer.kind === 'registered']))[0];
  if (!row) throw notFound();
  return profileOf(row);
}

/** People by a part of their name, never by anything else; those whose name begins with it first. */
export async function searchUsers(viewer: Viewer, search: string): Promise<{ people: ProfileView[] }> {
  if (viewer.kind !== 'registered' || search === '') return { people: [] };
  const plain = search.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  const rows = await run(byName, [`%${plain}%`, viewer.userId, `${plain}%`]);
  return { people: rows.map(profileOf) };
}
