import { pool } from '@/server/base/db';
import { seededRandom } from '@/server/cli/demo-text';
import { newId } from '@/server/testing/factories';
import type { World } from '@/server/testing/list-model';
import { unreadMax } from '@/shared/unread';

const minuteMs = 60_000;
/** Everything happens within these minutes, so that moments often meet. */
const minutes = 400;

/**
 * Rooms of all kinds with threads, messages, memberships and states that no verb would bring about together,
 * written past the product; what lists show of them is looked up in the tables.
 */
export function randomWorld(seed: number, { rooms, threads }: { rooms: number; threads: number }): World {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const chance = (of: number) => random() < of;
  const oneOf = <T>(...from: T[]): T => {
    const one = from[below(from.length)];
    if (one === undefined) throw new Error('There is nothing to pick from.');
    return one;
  };
  const begin = Date.now() - minutes * minuteMs;
  // Often in one bucket of ten seconds with another, and now and then in one millisecond.
  const moment = () => new Date(begin + below(minutes) * minuteMs + below(8) * 900);
  const rarely = <T>(make: () => T, of = 0.15): T | null => (chance(of) ? make() : null);

  const users: World['users'] = Array.from({ length: 6 }, (_, i) => ({
    id: newId(),
    name: `Person ${i}`,
    kind: i < 4 ? 'registered' : 'visitor',
    claimedById: null,
  }));
  const [first, , , , , last] = users;
  if (first && last) last.claimedById = first.id;
  const world: World = {
    users,
    rooms: [],
    memberships: [],
    threads: [],
    messages: [],
    mentions: [],
    states: [],
  };
  for (let r = 0; r < rooms; r++) {
    const room = {
      id: newId(),
      kind: oneOf('public', 'public', 'private', 'direct'),
      visitors: oneOf('none', 'read', 'write', 'approve'),
      archivedAt: rarely(moment, 0.1),
    } as const;
    world.rooms.push(room);
    for (const { id: userId } of users)
      if (chance(0.7))
        world.memberships.push({
          roomId: room.id,
          userId,
          status: oneOf('active', 'active', 'active', 'left', 'removed', 'banned'),
          joinedAt: moment(),
          historyFrom: rarely(moment),
          hiddenAt: rarely(moment, 0.2),
        });
    for (let t = 0; t <= below(threads); t++) {
      const id = newId();
      // Now and then longer than what is counted.
      const length = chance(0.2) ? 0 : chance(0.06) ? unreadMax + below(30) : 1 + below(9);
      const said = Array.from({ length }, moment).toSorted((a, b) => a.getTime() - b.getTime());
      world.threads.push({
        id,
        roomId: room.id,
        isMain: t === 0,
        seq: said.length,
        lastMessageAt: said.at(-1) ?? moment(),
        archivedAt: t === 0 ? null : rarely(moment, 0.1),
      });
      for (const [i, createdAt] of said.entries()) {
        const message = {
          id: newId(),
          threadId: id,
          seq: i + 1,
          authorId: oneOf(...users).id,
          kind: oneOf('text', 'text', 'text', 'action', 'event'),
          createdAt,
          deletedAt: rarely(moment),
        } as const;
        world.messages.push(message);
        for (const { id: userId } of users)
          if (chance(0.1))
            world.mentions.push({ messageId: message.id, userId, threadId: id, seq: message.seq });
      }
      for (const { id: userId } of users)
        if (chance(0.6))
          world.states.push({
            userId,
            threadId: id,
            lastReadSeq: below(said.length + 2),
            following: oneOf(true, true, true, false, null),
            muted: chance(0.1),
          });
    }
  }
  return world;
}

/** Inserts rows whose fields are called like the columns. */
async function insert(table: string, rows: readonly object[], also: Record<string, string> = {}) {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return;
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const names = [...columns.map(snake), ...Object.keys(also)];
  await pool().query(
    `insert into ${table} (${names.join()})
     select ${[...columns.map((column) => `i.${snake(column)}`), ...Object.values(also)].join()}
     from jsonb_populate_recordset(null::${table}, $1) i`,
    [
      JSON.stringify(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [snake(k), v]))),
      ),
    ],
  );
}

export async function storeWorld(world: World): Promise<void> {
  const { users, rooms, memberships, threads, messages, mentions, states } = world;
  const early = users.filter((user) => user.claimedById === null);
  await insert('users', early);
  await insert(
    'users',
    users.filter((user) => user.claimedById !== null),
  );
  await insert('rooms', rooms, { slug: 'i.id::text', name: `'Room'` });
  await insert('memberships', memberships, { role: `'member'` });
  await insert('threads', threads, {
    rev: 'i.seq',
    title: `'A thread'`,
    short_id: 'right(i.id::text, 12)',
    last_message_text: `case when i.seq > 0 then 'Words' end`,
  });
  await insert('messages', messages, { rev: 'i.seq', text: `'Words'`, send_hash: `'\\x00'` });
  await insert('mentions', mentions);
  await insert('read_states', states);
}
