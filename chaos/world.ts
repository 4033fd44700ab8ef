import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { pageSizeMax } from '@/shared/limits';
import { shortIdOf } from '@/shared/short-id';
import { verifierOf } from '@/server/auth/visitor-secret';
import type { Plan } from './plan';
import { randomOf } from './seed';

export type Person = { id: string; secret: string; name: string };
export type Room = { id: string; isPrivate: boolean; members: string[] };
export type Thread = { id: string; roomId: string };
/** Who and what is there before a run; the first threads are the most popular. */
export type World = {
  people: Person[];
  rooms: Room[];
  threads: Thread[];
  /** One that everybody may read, whose newest page is as large as a page can be. Nobody writes there. */
  longThreadId: string;
};

/** Puts people, rooms and empty threads into a migrated database. */
export async function makeWorld(url: string, plan: Plan, seed: number): Promise<World> {
  const world = drawWorld(plan, seed);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const person of world.people)
      await client.query(
        `insert into users (id, kind, name, visitor_verifier) values ($1, 'visitor', $2, $3)`,
        [person.id, person.name, verifierOf(person.secret)],
      );
    for (const [i, room] of world.rooms.entries()) {
      await client.query(
        `insert into rooms (id, slug, name, kind, visitors) values ($1, $2, $2, $3, 'write')`,
        [room.id, `room-${i}`, room.isPrivate ? 'private' : 'public'],
      );
      for (const id of room.members)
        await client.query(`insert into memberships (room_id, user_id, role) values ($1, $2, 'member')`, [
          room.id,
          id,
        ]);
    }
    await makeLongThread(client, world);
    const withMain = new Set<string>();
    for (const { id, roomId } of world.threads) {
      await client.query(
        `insert into threads (id, short_id, room_id, is_main, title) values ($1, $2, $3, $4, 'A thread')`,
        [id, shortIdOf(id), roomId, !withMain.has(roomId)],
      );
      withMain.add(roomId);
    }
  } finally {
    await client.end();
  }
  return world;
}

async function makeLongThread(client: pg.Client, { longThreadId, people, rooms }: World): Promise<void> {
  const open = rooms.find((room) => !room.isPrivate);
  await client.query(
    `insert into threads (id, short_id, room_id, title, seq, rev) values ($1, $2, $3, 'A long thread', $4, $4)`,
    [longThreadId, shortIdOf(longThreadId), open?.id, pageSizeMax],
  );
  await client.query(
    `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
     select gen_random_uuid(), $1, n, n, 'text', $2, repeat('long ', 900), '', now() from generate_series(1, $3) n`,
    [longThreadId, people[0]?.id, pageSizeMax],
  );
}

/** Ids and secrets are new in each run; who is where comes from the seed. */
function drawWorld(plan: Plan, seed: number): World {
  const random = randomOf(seed, 'world');
  const people = Array.from({ length: plan.people }, (_, i): Person => {
    const secret = createHash('sha256').update(randomBytes(32)).digest('base64url');
    return { id: newId(), secret, name: `Person ${i}` };
  });
  const rooms = Array.from({ length: plan.rooms }, (_, i): Room => {
    const isPrivate = i % 2 === 1 && i / 2 < plan.privateRooms;
    const members = people.filter(() => !isPrivate || random.chance(0.6)).map((person) => person.id);
    return { id: newId(), isPrivate, members };
  });
  const threads = Array.from({ length: plan.threadsPerRoom }, () =>
    rooms.map((room): Thread => ({ id: newId(), roomId: room.id })),
  ).flat();
  return { people, rooms, threads, longThreadId: newId() };
}
