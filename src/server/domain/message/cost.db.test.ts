import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listMessages, readChanges } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { blocksOf, statementsOf } from '@/server/testing/cost';
import { makePair, makeThread, makeVisitor, newId, say } from '@/server/testing/factories';
import { dense } from '@/server/testing/posts';
import type { ListMessagesInput } from '@/shared/message';
import type { Member } from '@/shared/user';

/** Fills a thread as if so many messages had been said in it. */
async function fill(threadId: string, author: Member, count: number): Promise<void> {
  await pool().query(
    `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
     select gen_random_uuid(), $1, s, s, 'text', $2, 'Line ' || s, '\\x00', now() from generate_series(1, $3::int) s`,
    [threadId, author.userId, count],
  );
  await pool().query('update threads set seq = $2, rev = $2 where id = $1', [threadId, count]);
  await pool().query('analyze messages');
}

describe('the cost of a page of fifty', () => {
  it('is one statement, and the same at any place of a thread of any length', async () => {
    const { alice, room } = await makePair();
    const cost = async (size: number) => {
      const { id: threadId } = await makeThread(alice, room.id, `Of ${size}`);
      await fill(threadId, alice, size);
      const page = async (input: Partial<ListMessagesInput>) => {
        const asked = await statementsOf(async () => {
          const { messages } = await listMessages(alice, {
            threadId,
            direction: 'backward',
            limit: 50,
            ...input,
          });
          expect(messages).toHaveLength(50);
        });
        expect(asked.map(({ name }) => name)).toHaveLength(1);
        return asked[0] ? blocksOf(asked[0]) : Number.NaN;
      };
      const change = await statementsOf(() => readChanges(threadId, size - 50));
      return {
        start: await page({ cursor: 51 }),
        middle: await page({ cursor: Math.floor(size / 2) + 26 }),
        end: await page({}),
        forward: await page({ direction: 'forward', cursor: Math.max(0, Math.floor(size / 2) - 26) }),
        catchUp: change[0] ? await blocksOf(change[0]) : Number.NaN,
      };
    };
    const small = await cost(60);
    const large = await cost(30_000);
    for (const place of ['start', 'middle', 'end', 'forward', 'catchUp'] as const)
      expect.soft(large[place], place).toBeLessThan(2 * small[place] + 40);
  });

  it('is planned once for threads of any length, and so not at each call', async () => {
    const { alice, room } = await makePair();
    await fill(room.mainThreadId, alice, 200);
    const asked = await statementsOf(async () => {
      await listMessages(alice, { threadId: room.mainThreadId, direction: 'backward', limit: 50 });
      await listMessages(alice, { threadId: room.mainThreadId, direction: 'forward', limit: 50 });
      await readChanges(room.mainThreadId, 100);
    });
    // As if it held ten million: a plan for any values that takes a page for long is never kept.
    await pool().query(`update pg_class set reltuples = 10000000 where oid = 'messages'::regclass`);
    try {
      for (const { name, text } of asked) {
        const { rows } = await pool().query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
          `explain (generic_plan, format json) ${text}`,
        );
        expect.soft(rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'], name).toBeLessThanOrEqual(101);
      }
      expect(asked).toHaveLength(3);
    } finally {
      await pool().query('analyze messages');
    }
  });
});

describe('the cost of a message', () => {
  it('is one statement for whoever writes in the thread already', async () => {
    const { alice, room } = await makePair();
    await say(alice, room.mainThreadId);
    const asked = await statementsOf(() => say(alice, room.mainThreadId));
    expect(asked.map(({ name }) => name)).toEqual(['post-plain']);
  });

  it('is planned once, and not at each write', async () => {
    const { alice, room } = await makePair();
    // One after the other, so on one connection.
    for (const _ of dense(12)) await say(alice, room.mainThreadId);
    const { rows } = await pool().query<{ anew: number; kept: number }>(
      `select custom_plans::int as anew, generic_plans::int as kept from pg_prepared_statements where name = 'post-plain'`,
    );
    expect(rows[0]?.anew).toBeLessThanOrEqual(5);
    expect(rows[0]?.kept).toBeGreaterThan(5);
  });

  it('does not grow with tables that were small when its plan was made', async () => {
    const { alice, room } = await makePair();
    const [asked] = await statementsOf(() => say(alice, room.mainThreadId));
    const client = await pool().connect();
    try {
      // A planner without indices prefers, like one that sees next to no rows, what reads a table through once.
      await client.query('begin');
      for (const scan of ['indexscan', 'indexonlyscan', 'bitmapscan'])
        await client.query(`set local enable_${scan} = off`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (verbose, generic_plan) ${asked?.text}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      const looks = [...plan.matchAll(/^ *SubPlan (\d+)\n *-> +Seq Scan on public\.(\w+)/gm)];
      expect(new Set(looks.map(([, , table]) => table))).toEqual(
        new Set(['messages', 'held_messages', 'read_states']),
      );
      for (const [, number, table] of looks)
        expect.soft(plan.includes(`hashed SubPlan ${number})`), table).toBe(false);
      // Rooms, memberships and people are looked up for each post; only the threads to change are joined.
      expect(plan.match(/Hash Cond: .*/g)).toEqual([expect.stringContaining('thread_id')]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('does not grow with the room: a membership is found by its key', async () => {
    const { alice, room } = await makePair();
    const [asked] = await statementsOf(() => say(alice, room.mainThreadId));
    const { rows } = await pool().query<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${asked?.text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan.match(/\bmemberships_\w+/g)).toEqual(['memberships_pkey']);
  });

  it('is less when many are written at once', async () => {
    const { room } = await makePair();
    const people = await Promise.all(dense(20).map(() => makeVisitor()));
    for (const person of people) await say(person, room.mainThreadId);
    const asked = await statementsOf(() =>
      Promise.all(
        people.map((person) =>
          sendMessage(person, { id: newId(), threadId: room.mainThreadId, text: 'All together' }),
        ),
      ),
    );
    const posts = asked.filter(({ name }) => name.startsWith('post-'));
    expect(posts.length).toBeLessThan(people.length / 2);
  });
});
