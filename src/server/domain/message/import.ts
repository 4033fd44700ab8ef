import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Pool } from 'pg';
import { v5 } from 'uuid';
import { run, statement } from '@/server/base/db';
import { sqlState } from '@/server/base/errors';
import { shortIdOf } from '@/shared/short-id';
import { previewMaxChars } from '@/shared/limits';
import type { MessageKind } from '@/shared/message';
import type { RoomKind } from '@/shared/room';

export type ImportAuthor = { id: string; name: string };
/** A message from elsewhere, as it will stand in the log; its text satisfies `messageText`. */
export type ImportLine = {
  id: string;
  author: ImportAuthor;
  kind: MessageKind;
  text: string;
  replyToId: string | null;
  /** Milliseconds since 1970. */
  createdAtMs: number;
};
export type ImportCount = {
  lines: number;
  /** Written now. */
  written: number;
  /** Of those found already: how many were sent with another text. */
  changed: number;
  /** Lines that the database holds, read back after the writes. */
  stored: number;
};

/** Rows per statement: more bring no speed, and the thread's lock would be held for longer. */
export const importBatchSize = 3_000;

const namespace = '5c1f0e6e-5d0b-4b39-9a57-0d2f1f7a2c11';

/** The same parts always make the same id (UUIDv5), so whatever is made twice is found the second time. */
export const importId = (...parts: (string | number)[]): string => v5(JSON.stringify(parts), namespace);

const makeRoom = statement<unknown>(
  'import-room',
  `with room as (
    insert into rooms (id, slug, name, topic, kind, visitors) values ($1, $2, $3, $4, 'public', 'write')
    on conflict do nothing returning id, name
  )
  insert into threads (id, short_id, room_id, is_main, title) select $5, $6, id, true, name from room`,
);
const findRoom = statement<{ id: string; name: string; kind: RoomKind; mainThreadId: string }>(
  'import-room-find',
  `select r.id, r.name, r.kind, t.id as "mainThreadId" from rooms r join threads t on t.room_id = r.id and t.is_main
   where r.slug = $1 or r.id = $2 order by (r.slug = $1) desc limit 1`,
);
const makeThread = statement<unknown>(
  'import-thread',
  `insert into threads (id, short_id, room_id, title, created_at) values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
   on conflict (id) do nothing`,
);
const findThread = statement<{ roomId: string; seq: number }>(
  'import-thread-find',
  'select room_id as "roomId", seq from threads where id = $1',
);
const makeAuthors = statement<unknown>(
  'import-authors',
  `insert into users (id, kind, name) select id, 'imported', name from unnest($1::uuid[], $2::text[]) as i (id, name)
   order by id on conflict (id) do nothing`,
);
const findLines = statement<{ id: string; isChanged: boolean }>(
  'import-find',
  `select x.id, x.send_hash <> i.send_hash as "isChanged"
   from unnest($1::uuid[], $2::bytea[]) as i (id, send_hash) join messages x on x.id = i.id`,
);
const countLines = statement<{ stored: number }>(
  'import-count',
  'select count(*)::int as stored from messages where id = any($1::uuid[])',
);

/**
 * The write of an import: like `post-batch`, numbers are counted under the thread's row lock and only
 * for rows that are new. It keeps the lines' own times, and asks for no membership.
 */
const writeLines = statement<{ written: number }>(
  'import-write',
  `with input as materialized (
    select i.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::bytea[], $8::float8[])
      with ordinality as i (id, author_id, kind, text, reply_to_id, send_hash, ms, ord)
    where not exists (select from messages x where x.id = i.id)
  ),
  passed as materialized (
    select *, row_number() over (order by ord)::int as place, to_timestamp(ms / 1000) as at from input
  ),
  last as materialized (
    select text, author_id, place as total, (select max(at) from passed) as at from passed order by place desc limit 1
  ),
  thread as (
    update threads t set
      seq = t.seq + l.total,
      rev = t.rev + l.total,
      last_message_at = case when t.seq = 0 then l.at else greatest(t.last_message_at, l.at) end,
      last_message_text = left(l.text, ${previewMaxChars}),
      last_message_author_id = l.author_id
    from last l where t.id = $1
    returning t.seq - l.total as "seqBefore", t.rev - l.total as "revBefore"
  ),
  written as (
    insert into messages (id, thread_id, seq, rev, kind, author_id, text, reply_to_id, send_hash, created_at)
    select p.id, $1, t."seqBefore" + p.place, t."revBefore" + p.place, p.kind::message_kind, p.author_id, p.text,
      p.reply_to_id, p.send_hash, p.at
    from passed p cross join thread t order by p.place
    returning 1
  )
  select count(*)::int as written from written`,
);

/** Finds the public room of this slug, or makes it, open to visitors, with its main thread. */
export async function ensureImportRoom(on: Pool, room: { slug: string; name: string; topic: string }) {
  const [id, mainId] = [importId('room', room.slug), importId('main', room.slug)];
  await run(makeRoom, [id, room.slug, room.name, room.topic, mainId, shortIdOf(mainId)], on);
  const found = (await run(findRoom, [room.slug, id], on))[0];
  if (!found) throw new Error(`The room ${room.slug} could neither be made nor found.`);
  return found;
}

/** Makes a titled thread unless it is there. @throws when the id stands for a thread of another room */
export async function ensureImportThread(
  on: Pool,
  thread: { id: string; roomId: string; title: string; createdAtMs: number },
): Promise<void> {
  await run(
    makeThread,
    [thread.id, shortIdOf(thread.id), thread.roomId, thread.title, thread.createdAtMs],
    on,
  );
  const found = (await run(findThread, [thread.id], on))[0];
  if (found?.roomId !== thread.roomId) throw new Error(`The thread ${thread.id} belongs to another room.`);
}

/**
 * Appends lines to a thread in the order given; a line whose id is there already is left as it is. Each
 * batch is one transaction, so a run that is cut goes on where it stopped. While one batch is written
 * the next is made.
 * @param onStored called after each batch with its number of lines
 */
export async function importLines(
  on: Pool,
  threadId: string,
  options: {
    lines: Lines;
    batchSize?: number;
    onStored?(lines: number): void;
  },
): Promise<ImportCount> {
  const thread = (await run(findThread, [threadId], on))[0];
  if (!thread) throw new Error(`There is no thread ${threadId}.`);
  const count: ImportCount = { lines: 0, written: 0, changed: 0, stored: 0 };
  const known = new Set<string>();
  const store = async (batch: HashedLine[]) => {
    await addAuthors(on, batch, known);
    const stored = await storeBatch(on, threadId, { batch, isFresh: thread.seq === 0 });
    count.lines += batch.length;
    count.written += stored.written;
    count.changed += stored.changed;
    count.stored += stored.stored;
    options.onStored?.(batch.length);
  };
  let inFlight = Promise.resolve();
  try {
    for await (const batch of inBatches(options.lines, options.batchSize ?? importBatchSize)) {
      const hashed = batch.map((line) => hashedLine(threadId, line));
      await inFlight;
      inFlight = store(hashed);
      inFlight.catch(() => {}); // it is awaited later; until then a failure must not end the process
      // The next batch is made without a pause: only what was sent by then is written meanwhile.
      await setImmediate();
    }
  } finally {
    await inFlight;
  }
  return count;
}

async function addAuthors(on: Pool, batch: HashedLine[], known: Set<string>): Promise<void> {
  const unknown = new Map<string, string>();
  for (const { author } of batch.map(({ line }) => line))
    if (!known.has(author.id) && !unknown.has(author.id)) unknown.set(author.id, author.name);
  if (unknown.size === 0) return;
  await run(makeAuthors, [[...unknown.keys()], [...unknown.values()]], on);
  for (const id of unknown.keys()) known.add(id);
}

type HashedLine = { line: ImportLine; sendHash: Buffer };

const hashedLine = (threadId: string, line: ImportLine): HashedLine => ({
  line,
  sendHash: hash('sha256', JSON.stringify([threadId, line.text, line.replyToId]), 'buffer'),
});

async function storeBatch(
  on: Pool,
  threadId: string,
  { batch: rows, isFresh }: { batch: HashedLine[]; isFresh: boolean },
) {
  const ids = rows.map(({ line }) => line.id);
  const found = isFresh ? [] : await run(findLines, [ids, rows.map((row) => row.sendHash)], on);
  const there = new Set(found.map((row) => row.id));
  const missing = there.size === 0 ? rows : rows.filter(({ line }) => !there.has(line.id));
  const written = missing.length === 0 ? 0 : await write(on, threadId, missing);
  // Whatever else stands there was written meanwhile by another run.
  const stored =
    there.size + written === ids.length ? ids.length : ((await run(countLines, [ids], on))[0]?.stored ?? 0);
  return { written, changed: found.filter((row) => row.isChanged).length, stored };
}

async function write(on: Pool, threadId: string, rows: HashedLine[]) {
  const values = [
    threadId,
    rows.map(({ line }) => line.id),
    rows.map(({ line }) => line.author.id),
    rows.map(({ line }) => line.kind),
    rows.map(({ line }) => line.text),
    rows.map(({ line }) => line.replyToId),
    rows.map(({ sendHash }) => sendHash),
    rows.map(({ line }) => line.createdAtMs),
  ];
  for (let attempt = 1; ; attempt++) {
    try {
      return (await run(writeLines, values, on))[0]?.written ?? 0;
    } catch (cause) {
      // The same import runs twice at once: the next snapshot sees what the other has written.
      if (sqlState(cause) !== '23505' || attempt === 5) throw cause;
    }
  }
}

type Lines = AsyncIterable<ImportLine> | Iterable<ImportLine>;

/** Lines that are at hand already are taken without waiting for each of them. */
const inBatches = (lines: Lines, size: number) =>
  Symbol.iterator in lines ? batchesOf(lines, size) : batchesWhenRead(lines, size);

function* batchesOf(lines: Iterable<ImportLine>, size: number): Generator<ImportLine[]> {
  let batch: ImportLine[] = [];
  for (const line of lines) {
    if (batch.push(line) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* batchesWhenRead(lines: AsyncIterable<ImportLine>, size: number) {
  let batch: ImportLine[] = [];
  for await (const line of lines) {
    if (batch.push(line) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Tells the planner what the tables hold now; autovacuum would take a minute to. */
export async function refreshStatistics(on: Pool): Promise<void> {
  await on.query('analyze rooms, threads, users, messages');
}
