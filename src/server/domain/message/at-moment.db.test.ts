import { beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { momentSearch, seqAtMoment } from '@/server/domain/message/at-moment';
import { listMessages } from '@/server/domain/message/read';
import { makeMember, makeRoom, makeThread } from '@/server/testing/factories';
import type { Member } from '@/shared/user';

let alice: Member;
let threadId: string;
beforeEach(async () => {
  alice = await makeMember();
  threadId = (await makeThread(alice, (await makeRoom(alice)).id)).id;
});

const minuteMs = 60_000;
const startMs = Date.parse('2026-03-01T00:00:00.000Z');
const isoAt = (minute: number) => new Date(startMs + minute * minuteMs).toISOString();

/** Message `s` is written `minutes` after the start, SQL over `s`. */
async function fill(count: number, minutes = 's'): Promise<void> {
  await pool().query(
    `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
     select gen_random_uuid(), $1, s, s, 'text', $2, 'Line ' || s, '\\x00', $3::timestamptz + (${minutes}) * interval '1 minute'
     from generate_series(1, $4::int) s`,
    [threadId, alice.userId, isoAt(0), count],
  );
  await pool().query('update threads set seq = $2, rev = $2 where id = $1', [threadId, count]);
}

describe('the place of a moment', () => {
  it('is the first message at or after it, from before the first to after the last', async () => {
    await fill(1_000);
    const asked = [-5, 1, 2, 2.5, 499, 999.5, 1_000, 1_000.5, 99_999];
    const found = await Promise.all(asked.map((minute) => seqAtMoment(threadId, isoAt(minute))));
    expect(found).toEqual([1, 1, 2, 3, 499, 1_000, 1_000, 1_000, 1_000]);
  });

  it('is the first of several messages of one moment, and none in an empty thread', async () => {
    expect(await seqAtMoment(threadId, isoAt(1))).toBeNull();
    await fill(100, 's / 10');
    expect(await seqAtMoment(threadId, isoAt(3))).toBe(30);
  });

  it('lands among the messages of that time where imported times do not quite grow', async () => {
    // Each is up to seven minutes off its turn.
    await fill(1_000, 's + (s * 37) % 15 - 7');
    for (const minute of [1, 10, 333, 700, 990]) {
      const seq = (await seqAtMoment(threadId, isoAt(minute))) ?? 0;
      expect(Math.abs(seq - minute), `minute ${minute}`).toBeLessThanOrEqual(15);
    }
  });

  it('comes with the page around it, which tells where it is', async () => {
    await fill(1_000);
    const page = await listMessages(alice, {
      threadId,
      direction: 'backward',
      since: isoAt(500),
      limit: 50,
    });
    expect(page.atSeq).toBe(500);
    expect(page.messages.map((message) => message.seq)).toEqual(
      Array.from({ length: 50 }, (_, i) => 475 + i),
    );
    const empty = await makeThread(alice, page.head.roomId);
    const none = await listMessages(alice, {
      threadId: empty.id,
      direction: 'backward',
      since: isoAt(0),
      limit: 50,
    });
    expect([none.messages, none.atSeq]).toEqual([[], undefined]);
  });

  it('costs a look into the index per halving, however long the thread is', async () => {
    await fill(10_000);
    await pool().query('analyze messages');
    const { rows } = await pool().query<{ 'QUERY PLAN': string }>(
      `explain (analyze, timing off, costs off) ${momentSearch.text}`,
      [threadId, isoAt(4_321)],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on messages|Sort/);
    const loops = /messages_thread_id_seq_key.* loops=(\d+)/.exec(plan)?.[1];
    expect(Number(loops)).toBeLessThanOrEqual(15);
    expect(Number(loops)).toBeGreaterThan(10);
  });
});
