import pg from 'pg';
import { v7 as newId } from 'uuid';
import { Guest } from './api';
import { expect, test as base } from './fixtures';
import { lookAt, type Frame } from './frames';
import type { Person } from './person';
import type { RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

export { expect };

export const bigCount = 209_463;
const words = ' and so on';
/** Lengths vary, so that rows of many heights stand in any view. */
const repeats = (seq: number) => (seq * 7) % 31;

/** The text of the message at a place, the same here and in the statement below. */
export const lineOf = (seq: number): string => `Line ${seq}.${words.repeat(repeats(seq))}`;

const fill = `
  with authors as (
    insert into users (id, kind, name)
    select gen_random_uuid(), 'imported', 'Author ' || n from generate_series(1, 7) n returning id
  ), numbered as (
    select id, row_number() over () as n, count(*) over () as total from authors
  ), lines as (
    insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
    select gen_random_uuid(), $1, s, s, 'text', a.id, 'Line ' || s || '.' || repeat($2, (s * 7) % 31), '\\x00',
      now() - ($3::int - s) * interval '97 seconds'
    from generate_series(1, $3::int) s join numbered a on a.n = 1 + (s / 3) % a.total
  )
  update threads set seq = $3, rev = $3, last_message_text = 'The last line', last_message_at = now(),
    last_message_author_id = (select id from authors limit 1)
  where id = $1`;

export type BigThread = {
  room: RoomView;
  thread: ThreadSummary;
  other: ThreadSummary;
  guest: Guest;
  /** Makes everything after `seq` unread for a person who has written before. */
  leaveAt(person: Person, seq: number): Promise<void>;
  /** Changes a text as an edit does, past the product. */
  change(seq: number, text: string): Promise<void>;
};

async function query(sql: string, values: unknown[]): Promise<void> {
  const connectionString = process.env['E2E_DATABASE_URL'];
  if (!connectionString) throw new Error('E2E_DATABASE_URL must name the database of the server.');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}

const edit = `
  with thread as (update threads set rev = rev + 1 where id = $1 returning rev)
  update messages set text = $3, edited_at = now(), rev = thread.rev from thread
  where thread_id = $1 and seq = $2`;

/** A thread of 209,463 messages, written past the product, and a small one beside it. */
async function makeBigThread(baseUrl: string): Promise<BigThread> {
  const guest = new Guest(baseUrl);
  await guest.rename(guest.name);
  const room = await guest.makeRoom();
  const other = await guest.startThread(room.id, `Small beside big ${newId().slice(-6)}`);
  await guest.say(other.id, 'A small thread');
  const thread = await guest.startThread(room.id, `Two hundred thousand ${newId().slice(-6)}`);
  await query(fill, [thread.id, words, bigCount]);
  await query('analyze messages, threads', []);
  return {
    room,
    thread,
    other,
    guest,
    async leaveAt(person, seq) {
      const secret = (await person.secret()) ?? '';
      await new Guest(baseUrl, 'The same person', secret).markUnread(thread.id, seq + 1);
    },
    change: (seq, text) => query(edit, [thread.id, seq, text]),
  };
}

/** One big thread for all tests of a file. */
export const test = base.extend<object, { big: BigThread }>({
  big: [
    async ({}, use, worker) => {
      const { baseURL } = worker.project.use;
      if (!baseURL) throw new Error('The tests need a base URL.');
      await use(await makeBigThread(baseURL));
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** Waits until every row in view is a message, and checks that each is the right one. */
export async function seesRightLines(person: Person): Promise<Frame> {
  let frame = await lookAt(person.page);
  await expect
    .poll(async () => (frame = await lookAt(person.page)).rows.filter((row) => !row.isMessage).length)
    .toBe(0);
  expect(frame.rows.length).toBeGreaterThan(3);
  for (const { seq, text } of frame.rows.filter((row) => row.seq <= bigCount)) {
    expect(text).toContain(lineOf(seq));
    expect(text).not.toContain(lineOf(seq) + words);
  }
  const seqs = frame.rows.map((row) => row.seq);
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
  return frame;
}

/** Puts the thumb of the list's scrollbar at a share (0..1) of its way, as a hand does. */
export async function dragThumb(person: Person, share: number): Promise<void> {
  const { page } = person;
  await person.list.hover();
  const track = page.getByRole('scrollbar').and(page.locator('[aria-controls="messages"]'));
  const thumb = track.locator('> *').first();
  const [way, grip] = [await track.boundingBox(), await thumb.boundingBox()];
  if (!way || !grip) throw new Error('The list has no scrollbar.');
  const x = way.x + way.width / 2;
  await page.mouse.move(x, grip.y + grip.height / 2);
  await page.mouse.down();
  const y = way.y + grip.height / 2 + share * (way.height - grip.height);
  await page.mouse.move(x, y, { steps: 12 });
  await page.mouse.up();
}

/** Turns the wheel over the list, in steps like those of a hand. */
export async function turnWheel(person: Person, px: number, steps: number): Promise<void> {
  await person.list.hover();
  for (let i = 0; i < steps; i++) await person.page.mouse.wheel(0, px);
}
