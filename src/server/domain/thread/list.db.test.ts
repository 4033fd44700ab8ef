import { afterEach, describe, expect, it, vi } from 'vitest';
import { pool } from '@/server/base/db';
import { listThreads } from '@/server/domain/thread/read';
import { blocksOf, statementsOf } from '@/server/testing/cost';
import { makePair, makeRoom, makeThread, say } from '@/server/testing/factories';
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

  it('of all rooms costs whoever may read little no more the more others say', async () => {
    const { alice, room } = await makePair();
    for (const n of dense(3)) await say(alice, (await makeThread(alice, room.id, `Open ${n}`)).id);
    const busy = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const sayElsewhere = (from: number, to: number) =>
      pool().query(
        `insert into threads (id, short_id, room_id, title, last_message_at, seq, rev)
         select gen_random_uuid(), 'busy' || n, $1, 'Behind a door', now() + n * interval '10 seconds', 1, 1
         from generate_series($2::int, $3::int) n`,
        [busy.id, from, to],
      );
    const stranger: Viewer = { kind: 'stranger', userId: null };
    const cost = async () => {
      await pool().query('vacuum analyze threads');
      const asked = await statementsOf(async () => {
        const { threads } = await listThreads(stranger, { archived: false, limit: listSize });
        const titles = threads.map(({ title }) => title);
        expect(titles.filter((title) => title.startsWith('Open'))).toEqual(['Open 3', 'Open 2', 'Open 1']);
        expect(titles).not.toContain('Behind a door');
      });
      return asked[0] ? blocksOf(asked[0]) : Number.NaN;
    };
    await sayElsewhere(1, 1_000);
    const before = await cost();
    await sayElsewhere(1_001, 9_000);
    expect(await cost()).toBeLessThan(before * 1.2 + 20);
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
