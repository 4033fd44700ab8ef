import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { publish, roomTopic, type RoomTopic } from '@/server/realtime/bus';
import { personNewsMaxRooms } from '@/shared/limits';
import type { RoomKind, VisitorPolicy } from '@/shared/room';
import type { PersonView } from '@/shared/user';

type RoomRow = { id: string; kind: RoomKind; visitors: VisitorPolicy; aclRev: number };
const roomsOf = statement<RoomRow>(
  'person-rooms',
  `select r.id, r.kind, r.visitors, r.acl_rev as "aclRev"
   from memberships m join rooms r on r.id = m.room_id where m.user_id = $1 and m.status = 'active'`,
);

/**
 * Tells whoever hears of a room in which this person is how they are called and look now.
 * Never fails: the change it speaks of is committed.
 */
export async function publishPerson(person: PersonView): Promise<void> {
  try {
    const byTopic = new Map<RoomTopic, RoomRow[]>();
    for (const room of await run(roomsOf, [person.id])) {
      const topic = roomTopic(room);
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), room]);
    }
    for (const [topic, rooms] of byTopic)
      for (let from = 0; from < rooms.length; from += personNewsMaxRooms) {
        const some = rooms.slice(from, from + personNewsMaxRooms);
        const aclRevs = Object.fromEntries(some.map(({ id, aclRev }) => [id, aclRev]));
        publish(topic, { type: 'person', person, aclRevs });
      }
  } catch (cause) {
    log().warn({ err: cause, userId: person.id }, 'a change of a person was not published');
  }
}
