import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { importIrc, type IrcImport } from '@/server/cli/import-irc';
import {
  ensureImportRoom,
  ensureImportThread,
  importId,
  importLines,
  type ImportLine,
} from '@/server/domain/message/import';
import { listMessages } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, newId, say, storedLog } from '@/server/testing/factories';
import { dense } from '@/server/testing/posts';

let dir = '';
beforeAll(async () => void (dir = await mkdtemp(path.join(os.tmpdir(), 'foyer-import-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function logFile(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(dir, name);
  await writeFile(file, content);
  return file;
}

const runImport = (room: string, files: string[], over: Partial<IrcImport> = {}) =>
  importIrc(pool(), { room, files, oneThread: 'All logs', ...over });
const total = (
  report: Awaited<ReturnType<typeof importIrc>>,
  key: 'lines' | 'written' | 'changed' | 'stored',
) => report.files.reduce((sum, file) => sum + file[key], 0);
const threadOf = (slug: string, title: string) => importId('irc-thread', slug, `all ${title}`);

type Row = { seq: number; rev: number; kind: string; name: string; text: string; at: Date };
async function rowsOf(threadId: string): Promise<Row[]> {
  const { rows } = await pool().query<Row>(
    `select m.seq, m.rev, m.kind, u.name, m.text, m.created_at as at from messages m join users u on u.id = m.author_id
     where thread_id = $1 order by seq`,
    [threadId],
  );
  return rows;
}

async function expectDense(threadId: string, n: number): Promise<void> {
  const log = await storedLog(threadId);
  expect(log.map((row) => row.seq)).toEqual(dense(n));
  expect(log.map((row) => row.rev)).toEqual(dense(n));
  const { rows } = await pool().query('select seq, rev from threads where id = $1', [threadId]);
  expect(rows).toEqual([{ seq: n, rev: n }]);
}

const chat = (lines: number, from = 0) =>
  Array.from(
    { length: lines },
    (_, i) => `[10:${String((from + i) % 60).padStart(2, '0')}] <p${i % 7}> line ${from + i}\n`,
  ).join('');

describe('importIrc', () => {
  it('makes one message of every line, odd ones too, in order and never back in time', async () => {
    const odd = Buffer.concat([
      Buffer.from(
        '=== Ada has joined #odd\n[23:58] <Ada> NUL \0, bell \x07, \x0304colour\x03 and \x02bold\x02\n',
      ),
      Buffer.from([0x5b, ...Buffer.from('23:58] <ada> latin '), 0xe9, 0x93, 0xff, 0x0a]),
      Buffer.from(`\n\r\nno log line\n[23:59]  * ada waves\n[00:00] <Bob> ${'y'.repeat(6_000)}\n`),
      Buffer.from(Array.from({ length: 50 }, (_, i) => `[00:01] <bob> ${i}\n`).join('')),
      Buffer.from('[00:02] <ada> the end, without a line feed'),
    ]);
    const files = [
      await logFile('2026-02-02.b.txt', '[00:00] <cleo> next\n'),
      await logFile('2026-02-01.a.txt', odd),
    ];
    const report = await runImport('odd', files);
    expect(report).toMatchObject({ truncated: 1, kinds: { text: 55, action: 1, event: 4 } });
    expect(report.files.map((file) => [file.expected, file.lines, file.stored])).toEqual([
      [59, 59, 59],
      [1, 1, 1],
    ]);
    const rows = await rowsOf(threadOf('odd', 'All logs'));
    expect(rows.slice(0, 7).map((row) => [row.kind, row.name, row.text])).toEqual([
      ['event', 'Ada', 'Ada has joined #odd'],
      ['text', 'Ada', 'NUL , bell , colour and bold'],
      ['text', 'Ada', 'latin é“ÿ'],
      ['event', 'odd', '·'],
      ['event', 'odd', '·'],
      ['event', 'odd', 'no log line'],
      ['action', 'Ada', 'waves'],
    ]);
    expect(rows[7]?.text).toHaveLength(5_000);
    expect(rows.slice(8, 58).map((row) => row.text)).toEqual(dense(50).map((n) => String(n - 1)));
    expect(rows.map((row) => row.at.getTime())).toEqual(
      rows.map((row) => row.at.getTime()).toSorted((a, b) => a - b),
    );
    expect([rows[0], rows[7], rows[8], rows.at(-1)].map((row) => row?.at.toISOString())).toEqual([
      '2026-02-01T23:58:00.000Z',
      '2026-02-02T00:00:00.000Z',
      '2026-02-02T00:01:00.000Z',
      '2026-02-02T00:02:00.001Z',
    ]);
    await expectDense(threadOf('odd', 'All logs'), 60);
  });

  it('adds nothing the second time, with a thread per file as well', async () => {
    const files = [
      await logFile('2026-03-01.raw.txt', chat(30)),
      await logFile('2026-03-02.raw.txt', chat(20)),
    ];
    for (const oneThread of ['Twice', null]) {
      expect(total(await runImport('twice', files, { oneThread }), 'written')).toBe(50);
      const again = await runImport('twice', files, { oneThread });
      expect([total(again, 'lines'), total(again, 'written'), total(again, 'stored')]).toEqual([50, 0, 50]);
    }
    await expectDense(threadOf('twice', 'Twice'), 50);
    const { rows } = await pool().query(
      `select t.title, t.seq, t.last_message_at = max(m.created_at) as "isLast" from threads t join messages m on m.thread_id = t.id
       where not is_main and room_id = (select id from rooms where slug = 'twice') group by t.id order by title`,
    );
    expect(rows).toEqual([
      { title: '2026-03-01', seq: 30, isLast: true },
      { title: '2026-03-02', seq: 20, isLast: true },
      { title: 'Twice', seq: 50, isLast: true },
    ]);
    const { rows: people } = await pool().query(
      `select count(*)::int as n from users where kind = 'imported' and id = any($1)`,
      [dense(7).map((n) => importId('irc-nick', 'twice', `p${n - 1}`))],
    );
    expect(people).toEqual([{ n: 7 }]);
  });

  it('leaves what a person wrote in between, and does not double anything around it', async () => {
    const first = await logFile('2026-04-01.txt', chat(40));
    await runImport('between', [first]);
    const threadId = threadOf('between', 'All logs');
    const alice = await makeMember('Alice');
    const { rows } = await pool().query<{ id: string }>(`select id from rooms where slug = 'between'`);
    await joinRoomByCall(alice, rows[0]?.id ?? '');
    const posted = await say(alice, threadId, 'I was here');
    expect(posted.seq).toBe(41);
    await writeFile(first, chat(45));
    const report = await runImport('between', [first, await logFile('2026-04-02.txt', chat(10))]);
    expect([total(report, 'lines'), total(report, 'written')]).toEqual([55, 15]);
    await expectDense(threadId, 56);
    expect((await storedLog(threadId))[40]?.id).toBe(posted.id);
    const page = await listMessages(alice, { threadId, direction: 'backward', limit: 1 });
    expect(page.head).toMatchObject({ seq: 56, rev: 56, lastMessageAt: posted.createdAt });
    await say(alice, threadId, 'Still here');
    await expectDense(threadId, 57);
  });

  it('tells of lines that stand there with another text, and leaves them', async () => {
    const file = await logFile('2026-05-01.txt', chat(5));
    await runImport('changed', [file]);
    await writeFile(file, chat(5).replace('line 3', 'another text'));
    const report = await runImport('changed', [file]);
    expect([total(report, 'written'), total(report, 'changed')]).toEqual([0, 1]);
    expect((await rowsOf(threadOf('changed', 'All logs')))[3]?.text).toBe('line 3');
  });

  it('writes everything once when it runs twice at the same time', async () => {
    const files = [await logFile('2026-06-01.txt', chat(400)), await logFile('2026-06-02.txt', chat(400))];
    const reports = await Promise.all([
      runImport('race', files),
      runImport('race', files),
      runImport('race', files),
    ]);
    expect(reports.map((report) => total(report, 'stored'))).toEqual([800, 800, 800]);
    expect(reports.reduce((sum, report) => sum + total(report, 'written'), 0)).toBe(800);
    await expectDense(threadOf('race', 'All logs'), 800);
  });

  it('refuses what it cannot use before it writes anything', async () => {
    const good = await logFile('2026-07-01.txt', chat(1));
    const undated = await logFile('notes.txt', chat(1));
    await expect(runImport('refused', [good, path.join(dir, 'absent.txt')])).rejects.toThrow(
      /absent\.txt does not exist/,
    );
    await expect(runImport('refused', [good, dir])).rejects.toThrow('no plain file');
    await expect(runImport('refused', [good, undated])).rejects.toThrow('holds no date');
    await expect(runImport('refused', [good, good])).rejects.toThrow('Two files are called');
    await expect(runImport('refused', [good], { oneThread: 'x' })).rejects.toThrow('title of a thread');
    const { rowCount } = await pool().query(`select from rooms where slug = 'refused'`);
    expect(rowCount).toBe(0);
  });
});

describe('importLines', () => {
  const line = (threadId: string, i: number, replyTo: number | null = null): ImportLine => ({
    id: importId(threadId, i),
    author: { id: importId('someone'), name: 'Someone' },
    kind: 'text',
    text: `line ${i}`,
    replyToId: replyTo === null ? null : importId(threadId, replyTo),
    createdAtMs: Date.UTC(2026, 0, 1) + i,
  });
  async function emptyThread(): Promise<string> {
    const room = await ensureImportRoom(pool(), { slug: 'lines', name: 'Lines', topic: '' });
    const id = newId();
    await ensureImportThread(pool(), { id, roomId: room.id, title: 'A thread', createdAtMs: 0 });
    return id;
  }

  it('goes on where it was cut in the middle', async () => {
    const threadId = await emptyThread();
    function* cutAt(n: number) {
      for (let i = 0; i < 100; i++) {
        if (i === n) throw new Error('cut');
        yield line(threadId, i);
      }
    }
    await expect(importLines(pool(), threadId, { lines: cutAt(47), batchSize: 10 })).rejects.toThrow('cut');
    const before = await storedLog(threadId);
    expect(before.length).toBeGreaterThanOrEqual(30);
    expect(before.length % 10).toBe(0);
    const count = await importLines(pool(), threadId, { lines: cutAt(100), batchSize: 7 });
    expect(count).toEqual({ lines: 100, written: 100 - before.length, changed: 0, stored: 100 });
    await expectDense(threadId, 100);
    expect((await storedLog(threadId)).map((row) => row.id)).toEqual(
      dense(100).map((n) => importId(threadId, n - 1)),
    );
  });

  it('fills the gaps of a batch that was written in part', async () => {
    const threadId = await emptyThread();
    const all = dense(20).map((n) => line(threadId, n));
    await importLines(pool(), threadId, { lines: all.filter((_, i) => i % 3 === 0) });
    expect(await importLines(pool(), threadId, { lines: all })).toMatchObject({ written: 13, stored: 20 });
    await expectDense(threadId, 20);
  });

  it('stays dense while people post to the same thread', async () => {
    const threadId = await emptyThread();
    const alice = await makeMember('Alice');
    const lines = dense(600).map((n) => line(threadId, n));
    const posts = async () => {
      for (let i = 0; i < 40; i++) await sendMessage(alice, { id: newId(), threadId, text: `Post ${i}` });
    };
    await Promise.all([importLines(pool(), threadId, { lines, batchSize: 25 }), posts(), posts()]);
    await expectDense(threadId, 680);
  });

  it('has a batch on its way before the next one is made', async () => {
    const threadId = await emptyThread();
    let sent = 0;
    const onAcquire = () => sent++;
    pool().on('acquire', onAcquire);
    const sentAtLine: number[] = [];
    function* lines() {
      for (const n of dense(6)) {
        sentAtLine.push(sent);
        yield line(threadId, n);
      }
    }
    await importLines(pool(), threadId, { lines: lines(), batchSize: 2 });
    pool().off('acquire', onAcquire);
    // Before the third batch: the thread was found, its authors made, and two batches sent.
    expect(sentAtLine[4]).toBe(4);
    await expectDense(threadId, 6);
  });

  it('keeps replies, so that a page shows what they answer', async () => {
    const threadId = await emptyThread();
    await importLines(pool(), threadId, { lines: [line(threadId, 1), line(threadId, 2, 1)] });
    const page = await listMessages(await makeMember(), { threadId, direction: 'backward', limit: 10 });
    expect(page.messages[1]?.replyTo).toMatchObject({ seq: 1, text: 'line 1' });
  });

  it('refuses a thread that is not there, or that belongs to another room', async () => {
    await expect(importLines(pool(), newId(), { lines: [] })).rejects.toThrow('There is no thread');
    const other = await ensureImportRoom(pool(), { slug: 'other', name: 'Other', topic: '' });
    const thread = { id: await emptyThread(), roomId: other.id, title: 'A thread', createdAtMs: 0 };
    await expect(ensureImportThread(pool(), thread)).rejects.toThrow('another room');
  });
});
