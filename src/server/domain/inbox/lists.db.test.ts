import { beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { listRooms } from '@/server/domain/room/read';
import { listThreads } from '@/server/domain/thread/read';
import { ListModel, type World } from '@/server/testing/list-model';
import { randomWorld, storeWorld } from '@/server/testing/random-world';
import type { ListedThread } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

/** All pages of a list, each as long as it is asked to be. */
async function walk<T>(
  limit: number,
  read: (cursor: string | null) => Promise<{ rows: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await read(cursor);
    all.push(...page.rows);
    if (page.nextCursor === null) return all;
    expect(page.rows).toHaveLength(limit);
    cursor = page.nextCursor;
  }
}

const standing = ({ id, readState }: ListedThread) => ({
  id,
  state: readState && {
    lastReadSeq: readState.lastReadSeq,
    following: readState.following,
    unread: readState.unread,
    mentions: readState.mentions,
  },
});

// The second is for the most part somebody else's, and newer: what is newest of all is not the viewer's.
describe.each([
  { name: 'few rooms', seed: 11, size: { rooms: 12, threads: 8 }, others: 0 },
  { name: 'many rooms', seed: 12, size: { rooms: 70, threads: 3 }, others: 0 },
  { name: 'many rooms among busier ones of others', seed: 13, size: { rooms: 70, threads: 3 }, others: 500 },
])('in a random world of $name', ({ seed, size, others }) => {
  const world: World = randomWorld(seed, size);
  const viewers = world.users
    .filter((user) => user.claimedById === null)
    .map(({ id, kind, name }): Viewer => ({ kind, userId: id, name, isAdmin: false }));

  beforeAll(async () => {
    await pool().query('truncate users, rooms cascade');
    await storeWorld(world);
    await pool().query(
      `with room as (
         insert into rooms (id, slug, name, kind, visitors)
         values (gen_random_uuid(), 'theirs', 'Theirs', 'private', 'none') returning id
       )
       insert into threads (id, short_id, room_id, is_main, title, seq, rev, last_message_at)
       select gen_random_uuid(), 'theirs' || n, room.id, n = 1, 'A thread', 1, 1, now() - n * interval '20 seconds'
       from room, generate_series(1, $1) n`,
      [others],
    );
    await pool().query('analyze');
  });

  const expected = (model: ListModel, threads: ReturnType<ListModel['inbox']>) =>
    threads.map((thread) => {
      const state = model.readState(thread);
      return { id: thread.id, state: state.lastReadSeq === null ? null : state };
    });

  it.each([5, 30, 100])('lists show what their definition says, %i at a time', async (limit) => {
    for (const viewer of viewers) {
      const model = new ListModel(world, viewer);
      const threadsOf = async (read: Promise<{ threads: ListedThread[]; nextCursor: string | null }>) => {
        const { threads, nextCursor } = await read;
        return { rows: threads.map(standing), nextCursor };
      };
      const inbox = await walk(limit, (cursor) => threadsOf(listInbox(viewer, { limit, cursor })));
      expect(inbox).toEqual(expected(model, model.inbox()));
      const unread = await walk(limit, (cursor) =>
        threadsOf(listInbox(viewer, { limit, cursor, unread: true })),
      );
      expect(unread).toEqual(expected(model, model.inboxUnread()));
      const threads = await walk(limit, (cursor) =>
        threadsOf(listThreads(viewer, { limit, cursor, archived: false })),
      );
      expect(threads).toEqual(expected(model, model.threads()));
      const rooms = await walk(limit, async (cursor) => {
        const { rooms: rows, nextCursor } = await listRooms(viewer, { limit, cursor });
        return { rows, nextCursor };
      });
      expect(rooms.map(({ id, unread: count }) => ({ id, unread: count }))).toEqual(
        model.roomList().map(({ id, unread: count }) => ({ id, unread: count })),
      );
    }
  });

  it('the numbers of rooms are those of their threads', async () => {
    for (const viewer of viewers) {
      const { rooms, threadCount } = await readUnread(viewer, { threadIds: [] });
      expect({ rooms, threadCount }).toEqual(new ListModel(world, viewer).unread());
    }
  });
});
