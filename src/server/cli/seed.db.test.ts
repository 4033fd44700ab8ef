import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { readArguments } from '@/server/cli/import-irc';
import { seed, seedTotal } from '@/server/cli/seed';
import { ensureWelcomeRoom } from '@/server/domain/room/welcome';
import { makeMember, say, storedLog } from '@/server/testing/factories';
import { id as validId } from '@/shared/id';
import { messageText } from '@/shared/text';
import { dense } from '@/server/testing/posts';

async function expectDense(threadId: string, n: number): Promise<void> {
  const log = await storedLog(threadId);
  expect(log.map((row) => row.seq)).toEqual(dense(n));
  expect(log.map((row) => row.rev)).toEqual(dense(n));
  const { rows } = await pool().query('select seq, rev from threads where id = $1', [threadId]);
  expect(rows).toEqual([{ seq: n, rev: n }]);
}

describe('readArguments', () => {
  it('tells a title from a file', () => {
    const of = (words: string) => readArguments(words.split(' '));
    expect(of('irc --room r --one-thread a.txt b.txt')).toMatchObject({
      oneThread: 'All logs',
      files: ['a.txt', 'b.txt'],
    });
    expect(of('irc --one-thread History a.txt --room r')).toMatchObject({
      oneThread: 'History',
      files: ['a.txt'],
    });
    expect(of('--room r --one-thread=a.txt b.txt')).toMatchObject({ oneThread: 'a.txt', files: ['b.txt'] });
    expect(of('--room r --thread-per-file b.txt')).toMatchObject({ oneThread: null, room: 'r' });
    expect(() => of('irc b.txt')).toThrow('--room NAME');
    expect(() => of('irc --room r')).toThrow('which files');
    expect(() => of('irc --rooom r b.txt')).toThrow('Unknown option');
    expect(() => of('irc --room r --one-thread --thread-per-file b.txt')).toThrow('Choose one');
  });
});

describe('seed', () => {
  it('makes ten threads of months of talk, once', async () => {
    const messages = 1_200;
    const first = await seed(pool(), { messages });
    expect(first).toEqual({ threads: 10, messages: seedTotal(messages), written: seedTotal(messages) });
    const again = await seed(pool(), { messages, nowMs: Date.now() + 86_400_000 });
    expect(again).toEqual({ threads: 10, messages: seedTotal(messages), written: 0 });
    const { rows } = await pool().query<{
      id: string;
      seq: number;
      days: number;
      people: number;
      isBack: boolean;
    }>(
      `select t.id, t.seq, (max(at) - min(at)) / 86400000 as days, count(distinct author_id)::int as people, bool_or(at < before) as "isBack"
       from threads t join (
         select thread_id, author_id, extract(epoch from created_at)::float8 * 1000 as at,
           extract(epoch from lag(created_at) over (partition by thread_id order by seq)) * 1000 as before from messages
       ) m on m.thread_id = t.id
       where t.room_id in (select id from rooms where slug in ('garden', 'lantern', 'climbing', 'bookshop'))
       group by t.id order by t.seq desc`,
    );
    expect(rows).toHaveLength(10);
    expect(rows.map((row) => row.seq)[0]).toBe(messages);
    expect(rows.slice(1).every((row) => row.seq >= 50 && row.seq <= 500)).toBe(true);
    expect(rows[0]?.days).toBeGreaterThan(100);
    expect(rows[0]?.people).toBeGreaterThan(12);
    expect(rows.some((row) => row.isBack)).toBe(false);
    for (const row of rows) await expectDense(row.id, row.seq);
    const stored = await pool().query<{ id: string; text: string }>(
      'select id, text from messages where thread_id = any($1)',
      [rows.map((row) => row.id)],
    );
    expect(stored.rows.filter((row) => messageText.safeParse(row.text).data !== row.text)).toEqual([]);
    expect(stored.rows.filter((row) => validId.safeParse(row.id).data !== row.id)).toEqual([]);
  });
});

describe('ensureWelcomeRoom', () => {
  it('leaves an instance that has a room alone', async () => {
    await ensureWelcomeRoom();
    expect((await pool().query(`select from rooms where slug = 'welcome'`)).rowCount).toBe(0);
  });

  it('makes one room, however many start at once', async () => {
    await pool().query('delete from rooms');
    await Promise.all(dense(6).map(() => ensureWelcomeRoom()));
    await ensureWelcomeRoom();
    const { rows } = await pool().query<{ id: string; is_main: boolean; seq: number }>(
      `select t.id, t.is_main, t.seq from threads t join rooms r on r.id = t.room_id where r.slug = 'welcome' order by is_main desc`,
    );
    expect(rows.map((row) => row.is_main)).toEqual([true, false]);
    for (const row of rows) await expectDense(row.id, row.seq);
    expect((await pool().query('select from rooms')).rowCount).toBe(1);
    await say(await makeMember('Alice'), rows[0]?.id ?? '', 'Hello');
  });
});
