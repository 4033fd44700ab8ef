import { escapeLiteral } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox } from '@/server/domain/inbox/read';
import { listRooms } from '@/server/domain/room/read';
import { getOpenThread, listThreads } from '@/server/domain/thread/read';
import { followThread, markRead, markUnread, readStates } from '@/server/domain/thread/read-state';
import { archiveThread } from '@/server/domain/thread/update';
import { makeMember, makePair, makeThread, say } from '@/server/testing/factories';
import { admit } from '@/server/testing/synced';
import type { Member, Viewer } from '@/shared/user';

const stateOf = async (viewer: Viewer, threadId: string) =>
  (await readStates(viewer, [threadId]))[0]?.readState ?? null;

describe('the list of unread threads', () => {
  it('pages by activity, without what is read, muted, not followed or archived', async () => {
    const { alice, bob, room } = await makePair();
    const made = [];
    for (let i = 0; i < 9; i++) {
      const thread = await makeThread(alice, room.id, `Thread ${i}`);
      await say(bob, thread.id);
      made.push(thread.id);
    }
    const [read = '', muted = '', unfollowed = '', archived = '', ...left] = made;
    await markRead(alice, { threadId: read, seq: 1 });
    await followThread(alice, { threadId: muted, muted: true });
    await followThread(alice, { threadId: unfollowed, following: false });
    await archiveThread(alice, { id: archived, isArchived: true });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listInbox(alice, { limit: 2, unread: true, cursor });
      expect(page.threads.every((thread) => thread.readState?.unread === 1)).toBe(true);
      seen.push(...page.threads.map((thread) => thread.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(left.toReversed());
  });
});

describe('a page of lists', () => {
  type Plan = { 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; Plans?: Plan[] } & {
    'Rows Removed by Filter'?: number;
  };
  /** Rows of messages that a plan touched. */
  const messageRows = (plan: Plan): number =>
    (plan['Relation Name'] === 'messages'
      ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
      : 0) + (plan.Plans ?? []).reduce((sum, inner) => sum + messageRows(inner), 0);

  const literal = (value: string | number | boolean | null | string[]) =>
    value === null ? 'null' : escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value));

  /** Runs `work`, and every statement of it once more, planned for its values and for any: the most it read. */
  async function rowsRead(work: () => Promise<unknown>): Promise<number> {
    const statements: { text: string; values: Parameters<typeof literal>[0][] }[] = [];
    const spy = vi.spyOn(pool(), 'query');
    await work();
    for (const [config] of spy.mock.calls as unknown as [(typeof statements)[number]][])
      statements.push(config);
    spy.mockRestore();
    const client = await pool().connect();
    const most = [];
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      let rows = 0;
      await client.query(`set plan_cache_mode = ${mode}`);
      for (const { text, values } of statements) {
        await client.query(`prepare explained as ${text}`);
        const result = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (analyze, format json) execute explained ${values.length > 0 ? `(${values.map(literal).join()})` : ''}`,
        );
        await client.query('deallocate explained');
        for (const row of result.rows) rows += messageRows(row['QUERY PLAN'][0].Plan);
      }
      most.push(rows);
    }
    await client.query('reset plan_cache_mode');
    client.release();
    return Math.max(...most);
  }

  it('S107: reads at most a hundred rows of a thread, however long it is', async () => {
    const { alice, bob, room } = await makePair();
    const carol = await makeMember('Carol'); // Joined in the middle, without a state.
    const size = 100_000;
    const threadId = room.mainThreadId;
    for (let from = 1; from <= size; from += 10_000)
      await pool().query(
        `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
         select gen_random_uuid(), $1, i, i, 'text', $2, 'Hello', '', now() - ($3 - i) * interval '1 second'
         from generate_series($4::int, $4::int + 9999) i`,
        [threadId, bob.userId, size, from],
      );
    await pool().query(
      `update threads set seq = $2, rev = $2, last_message_at = now() + interval '1 second' where id = $1`,
      [threadId, size],
    );
    await pool().query('analyze');
    await admit(room.id, carol.userId);
    const joinedBack = (seconds: number) =>
      pool().query(`update memberships set joined_at = now() - $2 * interval '1 second' where user_id = $1`, [
        carol.userId,
        seconds,
      ]);
    const threads = (viewer: Member) => () => listThreads(viewer, { archived: false, limit: 30 });
    await markUnread(alice, { threadId, seq: 1 });
    for (const work of [
      threads(alice),
      () => listInbox(alice, { limit: 30 }),
      () => listInbox(alice, { limit: 30, unread: true }),
      () => listRooms(alice, { limit: 30 }),
      () => getOpenThread(alice, { id: threadId }),
    ])
      expect(await rowsRead(work)).toBeLessThanOrEqual(101);
    expect((await stateOf(alice, threadId))?.unread).toBe(100);
    await markRead(alice, { threadId, seq: size });
    expect(await rowsRead(threads(alice))).toBe(0);
    for (const seconds of [0, 50, 90_000]) {
      await joinedBack(seconds);
      expect(await rowsRead(threads(carol))).toBeLessThanOrEqual(101);
    }
    expect((await stateOf(carol, threadId))?.unread).toBe(100);
  });
});
