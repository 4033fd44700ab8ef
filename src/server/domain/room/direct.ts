import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { getRoom } from '@/server/domain/room/read';
import { publish } from '@/server/realtime/bus';
import { shortIdOf } from '@/shared/short-id';
import { directPeopleMax } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { Member } from '@/shared/user';

/** Who is an account by now is found by the visitor that they were. */
const asNow = statement<{ id: string }>(
  'direct-as-now',
  'select coalesce(claimed_by_id, id) as id from users where id = any($1::uuid[])',
);
const find = statement<{ id: string }>('direct-find', 'select id from rooms where direct_key = $1');
const alive = statement<{ id: string; name: string }>(
  'direct-people',
  `select id, name from users where id = any($1::uuid[]) and kind in ('registered', 'visitor')
   and deactivated_at is null and erased_at is null and claimed_by_id is null order by id`,
);
/** Two who open the same one at once meet at the unique key: the second finds the first one's room. */
const create = statement<{ id: string }>(
  'direct-create',
  `with room as (
    insert into rooms (id, slug, name, kind, visitors, direct_key, created_by_id)
    values ($1, $2, $3, 'direct', 'none', $4, $5) on conflict (direct_key) do nothing returning id
  ),
  thread as (
    insert into threads (id, short_id, room_id, is_main, title, created_by_id)
    select $6, $7, id, true, $3, $5 from room returning id
  ),
  people as (
    insert into memberships (room_id, user_id, role)
    select room.id, i.id, 'member' from room, unnest($8::uuid[]) i(id)
  ),
  following as (
    insert into read_states (user_id, thread_id, following) select i.id, thread.id, true
    from thread, unnest($8::uuid[]) i(id)
  )
  select id from room`,
);

/**
 * The direct room of the viewer and these people: one for each set of people, made at the first call.
 * It stands in nobody's list until something is said in it.
 * @param userIds the others; the viewer is one of the people in any case
 * @throws {AppError} NOT_FOUND when one of them is nobody, BAD_REQUEST when it is the viewer alone
 */
export async function openDirectRoom(viewer: Member, { userIds }: { userIds: string[] }): Promise<RoomView> {
  const wanted = [...new Set([viewer.userId, ...userIds])];
  const known = (await run(asNow, [wanted])).map((row) => row.id);
  if (known.length < wanted.length) throw notFound();
  const people = [...new Set(known)].toSorted();
  if (people.length < 2)
    throw new AppError('BAD_REQUEST', 'input', 'Name somebody else: a direct conversation has two or more.');
  if (people.length > directPeopleMax)
    throw new AppError('BAD_REQUEST', 'input', `At most ${directPeopleMax} people can talk directly.`);
  const key = people.join();
  const there = (await run(find, [key]))[0];
  if (there) return getRoom(viewer, { id: there.id });
  const rows = await run(alive, [people]);
  if (rows.length < people.length) throw notFound();
  const [roomId, threadId] = [newId(), newId()];
  const name = [...rows.map((row) => row.name).join(', ')].slice(0, 80).join('');
  const slug = `d-${shortIdOf(threadId)}`;
  const values = [
    roomId,
    slug,
    name.padEnd(2, '.'),
    key,
    viewer.userId,
    threadId,
    shortIdOf(threadId),
    people,
  ];
  const made = (await run(create, values))[0];
  const room = made ?? (await run(find, [key]))[0];
  if (!room) throw new Error('A direct room could neither be made nor found.');
  if (made)
    for (const userId of people) publish(`user:${userId}`, { type: 'membership', roomId, status: 'joined' });
  return getRoom(viewer, { id: room.id });
}
