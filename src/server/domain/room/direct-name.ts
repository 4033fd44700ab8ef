import { run, statement } from '@/server/base/db';
import { personSql } from '@/server/domain/user/person';
import { nameOf } from '@/shared/user';
import type { RoomKind } from '@/shared/room';
import type { PersonView, Viewer } from '@/shared/user';

const others = statement<{ roomId: string; person: PersonView }>(
  'direct-others',
  `select m.room_id as "roomId", ${personSql('u')} as person from memberships m join users u on u.id = m.user_id
   where m.room_id = any($1::uuid[]) and m.user_id <> $2 order by u.name, u.id`,
);

/** The others of the direct rooms among these, as the viewer sees them. */
export async function directPeople(
  viewer: Viewer,
  rooms: { id: string; kind: RoomKind }[],
): Promise<Map<string, PersonView[]>> {
  const found = new Map<string, PersonView[]>();
  const ids = rooms.filter((room) => room.kind === 'direct').map((room) => room.id);
  if (ids.length === 0 || viewer.userId === null) return found;
  for (const { roomId, person } of await run(others, [[...new Set(ids)], viewer.userId]))
    found.set(roomId, [...(found.get(roomId) ?? []), person]);
  return found;
}

/** What a direct room is called for one of its people: the names of the others. A visitor's says that it is one. */
export const directName = (people: PersonView[]): string => people.map(nameOf).join(', ');
