import { afterEach, describe, expect, it, vi } from 'vitest';
import { pool } from '@/server/base/db';
import { listThreads } from '@/server/domain/thread/read';
import { makePair, makeThread } from '@/server/testing/factories';
import { dense } from '@/server/testing/posts';
import { listSize, listSizeMax } from '@/shared/limits';
import type { ListThreadsInput } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

afterEach(() => vi.restoreAllMocks());

/** A page, and how many statements it took. */
async function list(viewer: Viewer, input: Partial<ListThreadsInput>) {
  const spy = vi.spyOn(pool(), 'query');
  const page = await listThreads(viewer, { archived: false, limit: listSize, ...input });
  const statements = spy.mock.calls.length;
  spy.mockRestore();
  return { ...page, titles: page.threads.map(({ title }) => title), statements };
}

describe('a list of threads', () => {
  it.each([
    ['of a room', {}],
    ['of a search', { search: 'arden' }],
  ])('%s is as long as it is asked to be, and goes on where it ended', async (_, over) => {
    const { alice, bob, room } = await makePair();
    const titles: string[] = [];
    for (const n of dense(listSize + 4)) {
      const { title } = await makeThread(alice, room.id, `Garden ${n}`);
      titles.unshift(title);
    }
    // A millisecond apart, so that they have an order that is known.
    await pool().query(
      `update threads set last_message_at = date_trunc('hour', now()) + substr(title, 8)::int * interval '1 ms'
       where room_id = $1 and not is_main`,
      [room.id],
    );
    await pool().query('update threads set archived_at = now() where room_id = $1 and is_main', [room.id]);
    const input = { roomId: room.id, ...over };
    const first = await list(bob, input);
    expect(first.titles).toEqual(titles.slice(0, listSize));
    const rest = await list(bob, { ...input, cursor: first.nextCursor });
    expect([rest.titles, rest.nextCursor]).toEqual([titles.slice(listSize), null]);
    const all = await list(bob, { ...input, limit: listSizeMax });
    expect([all.titles, all.nextCursor]).toEqual([titles, null]);
    const some = await list(bob, { ...input, limit: 3 });
    expect(some.titles).toEqual(titles.slice(0, 3));
    const next = await list(bob, { ...input, limit: 3, cursor: some.nextCursor });
    expect(next.titles).toEqual(titles.slice(3, 6));
  });

  it('costs one statement, a search one more for what it found', async () => {
    const { alice, room } = await makePair();
    await makeThread(alice, room.id, 'Kitchens and stoves');
    const count = async (over: Partial<ListThreadsInput>) => (await list(alice, over)).statements;
    expect(await count({})).toBe(1);
    expect(await count({ search: 'and stoves', roomId: room.id })).toBe(2);
    expect(await count({ search: 'zeppelin', roomId: room.id })).toBe(1);
  });
});
