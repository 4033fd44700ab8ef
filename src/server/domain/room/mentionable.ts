import { run, statement } from '@/server/base/db';
import { roomForRead, standingOf } from '@/server/domain/room/access';
import { likePattern } from '@/server/domain/room/read';
import { mayAct } from '@/server/domain/room/rights';
import { personSql } from '@/server/domain/user/person';
import { peopleFoundMax } from '@/shared/limits';
import type { RoomPeopleInput } from '@/shared/room';
import type { PersonView, Viewer } from '@/shared/user';

const people = statement<{ person: PersonView }>(
  'room-mentionable',
  `select ${personSql('u')} as person from memberships m join users u on u.id = m.user_id
   where m.room_id = $1 and m.status = 'active' and u.deactivated_at is null and u.id <> $2
     and ($3::text is null or u.name ilike $3)
   order by m.role, m.joined_at, m.user_id limit ${peopleFoundMax}`,
);

/**
 * Whom the viewer's message in this room may call: its people but themselves, by a part of their name.
 * Whoever may not see who is in the room is told of nobody.
 * @throws {AppError} NOT_FOUND
 */
export async function roomPeople(
  viewer: Viewer,
  { roomId, search }: RoomPeopleInput,
): Promise<{ people: PersonView[] }> {
  const room = await roomForRead(viewer, roomId);
  if (!mayAct(standingOf(viewer, room), 'members')) return { people: [] };
  const rows = await run(people, [roomId, viewer.userId, likePattern(search)]);
  return { people: rows.map((row) => row.person) };
}
