import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { makePool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { demoText, mixed, people, pick, seededRandom, type Topic } from '@/server/cli/demo-text';
import { formatCount, perSecond, runCommand, startProgress, UsageError } from '@/server/cli/progress';
import {
  ensureImportRoom,
  ensureImportThread,
  importId,
  importLines,
  refreshStatistics,
  type ImportLine,
} from '@/server/domain/message/import';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
export const bigThreadMessages = 20_000;
/** `demoMessageId` has room for this many. */
const messagesMax = 2 ** 28;

type DemoRoom = { slug: string; name: string; topic: string; talk: Topic; threads: DemoThread[] };
/** `title` null is the room's main thread, `size` null the one whose size can be chosen. */
type DemoThread = { title: string | null; size: number | null; endsAgoMs: number; overDays: number };

const rooms: DemoRoom[] = [
  {
    slug: 'garden',
    name: 'Riverside Garden',
    topic: 'Beds, bees and the water rota of the Riverside allotments.',
    talk: 'garden',
    threads: [
      { title: null, size: 420, endsAgoMs: 11 * minuteMs, overDays: 120 },
      { title: 'The long bench', size: null, endsAgoMs: 3 * minuteMs, overDays: 150 },
      { title: 'Water rota for the summer', size: 180, endsAgoMs: 5 * 60 * minuteMs, overDays: 60 },
    ],
  },
  {
    slug: 'lantern',
    name: 'Lantern 2.0',
    topic: 'Getting the next release of the Lantern notes app out of the door.',
    talk: 'release',
    threads: [
      { title: null, size: 500, endsAgoMs: 26 * minuteMs, overDays: 90 },
      { title: 'Which tests are flaky?', size: 140, endsAgoMs: 2 * dayMs, overDays: 30 },
      { title: 'Release notes, draft', size: 75, endsAgoMs: 9 * 60 * minuteMs, overDays: 14 },
    ],
  },
  {
    slug: 'climbing',
    name: 'Tuesday Climbers',
    topic: 'Trips, car shares and who has the rope.',
    talk: 'climbing',
    threads: [
      { title: null, size: 350, endsAgoMs: 75 * minuteMs, overDays: 110 },
      { title: 'Autumn meet at the quarry', size: 95, endsAgoMs: dayMs, overDays: 25 },
    ],
  },
  {
    slug: 'bookshop',
    name: 'The Corner Bookshop',
    topic: 'For everyone who helps behind the counter.',
    talk: 'books',
    threads: [
      { title: null, size: 260, endsAgoMs: 3 * 60 * minuteMs, overDays: 130 },
      { title: 'Reading group: what next?', size: 60, endsAgoMs: 4 * dayMs, overDays: 40 },
    ],
  },
];

export type SeedReport = { threads: number; messages: number; written: number };

/**
 * Fills the instance with demo rooms: ten threads, one of `messages` messages. Everything has an id
 * made from its name and place, so a second run adds nothing; another size makes another big thread,
 * because a longer talk is spread differently over the same months.
 */
export async function seed(
  on: Pool,
  options: { messages: number; nowMs?: number; onStored?(lines: number): void },
): Promise<SeedReport> {
  const report: SeedReport = { threads: 0, messages: 0, written: 0 };
  const nowMs = options.nowMs ?? Date.now();
  const talks: { threadId: string; talk: Talk }[] = [];
  for (const room of rooms) {
    const made = await ensureImportRoom(on, room);
    for (const { title, size, endsAgoMs, overDays } of room.threads) {
      const messages = size ?? options.messages;
      const key = size === null ? `${title} ${messages}` : (title ?? 'main');
      const untilMs = nowMs - endsAgoMs;
      const threadId = title === null ? made.mainThreadId : importId('demo-thread', room.slug, key);
      if (title !== null)
        await ensureImportThread(on, {
          id: threadId,
          roomId: made.id,
          title,
          createdAtMs: untilMs - overDays * dayMs,
        });
      const talk = importId('demo-talk', room.slug, key);
      talks.push({ threadId, talk: { talk, topic: room.talk, messages, untilMs, overDays } });
    }
  }
  const write = async ({ threadId, talk }: (typeof talks)[number]) => {
    const count = await importLines(on, threadId, { lines: demoLines(talk), onStored: options.onStored });
    report.threads++;
    report.messages += count.stored;
    report.written += count.written;
  };
  // The longest is written beside all others, one after the other: a thread takes one batch at a time.
  const [longest, ...others] = talks.toSorted((a, b) => b.talk.messages - a.talk.messages);
  await Promise.all([
    longest && write(longest),
    (async () => {
      for (const talk of others) await write(talk);
    })(),
  ]);
  await refreshStatistics(on);
  return report;
}

/** How many messages `seed` makes when the big thread has `messages`. */
export const seedTotal = (messages: number) =>
  rooms.flatMap((room) => room.threads).reduce((sum, thread) => sum + (thread.size ?? messages), 0);

const firstName = (name: string) => name.split(' ')[0] ?? name;
const authors = people.map((name) => ({ id: importId('demo-person', name), name }));

/**
 * Message `index` of a talk: the talk's own UUID with the index in its middle (a UUIDv8), so that ids
 * stand in the index in the order they are written and millions cost no random access.
 */
const demoMessageId = (talk: string, index: number) =>
  `${talk.slice(0, 8)}-${hex(index >>> 12, 4)}-8${hex(index & 0xfff, 3)}-${talk.slice(19)}`;
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');

type Talk = { talk: string; topic: Topic; messages: number; untilMs: number; overDays: number };

/** Conversations of a handful of people, one after the other; each line depends on its index alone. */
function* demoLines({ talk, topic, messages, untilMs, overDays }: Talk): Generator<ImportLine> {
  const start = Number.parseInt(talk.slice(0, 8), 16);
  const moments = demoMoments({ seed: start, count: messages, untilMs, overDays });
  for (let index = 0, episode = 0; index < messages; episode++) {
    const opening = seededRandom(mixed(start, episode));
    const length = Math.min(messages - index, 3 + Math.floor(opening() ** 2 * 24));
    const circle = Array.from({ length: 2 + Math.floor(opening() * 5) }, () => pick(authors, opening));
    const about = mixed(start, episode, 1);
    for (let place = 0; place < length; place++, index++) {
      const random = seededRandom(mixed(start, episode, place, 2));
      const progress = place === 0 ? 0 : place === length - 1 ? 1 : place / length;
      const answered = place > 0 && random() < 0.12 ? 1 + Math.floor(random() * place) : 0;
      const author = pick(circle, random);
      const others = circle
        .filter((person) => person.id !== author.id)
        .map((person) => firstName(person.name));
      yield {
        id: demoMessageId(talk, index),
        author,
        kind: random() < 0.006 ? 'action' : 'text',
        text: demoText({ topic, episode: about, progress, others }, random),
        replyToId: answered > 0 ? demoMessageId(talk, index - answered) : null,
        createdAtMs: moments(index),
      };
    }
  }
}

const binMs = 5 * minuteMs;
/** How lively each hour of the day (UTC) is. */
const hours = [2, 1, 1, 1, 1, 2, 5, 12, 18, 20, 19, 18, 22, 18, 15, 15, 17, 22, 28, 30, 26, 18, 10, 5];

/**
 * Spreads `count` moments over the days before `untilMs`: quiet nights, livelier weekends, good and
 * bad days, and bursts within the hour. The last one is `untilMs`.
 * @returns a function from an index to its moment, to be called with ascending indexes
 */
function demoMoments(options: { seed: number; count: number; untilMs: number; overDays: number }) {
  const bins = Math.round((options.overDays * dayMs) / binMs);
  const fromMs = options.untilMs - bins * binMs;
  const upTo = new Float64Array(bins + 1);
  let [day, dayWeight] = [Number.NaN, 0];
  for (let bin = 0; bin < bins; bin++) {
    const atMs = fromMs + bin * binMs;
    if (Math.floor(atMs / dayMs) !== day) {
      day = Math.floor(atMs / dayMs);
      const luck = seededRandom(mixed(options.seed, day, 3))();
      dayWeight = (new Date(atMs).getUTCDay() % 6 === 0 ? 1.5 : 1) * (0.2 + luck);
    }
    const binLuck = seededRandom(mixed(options.seed, bin, 4))();
    const hour = Math.floor((atMs - day * dayMs) / hourMs);
    const weight = (hours[hour] ?? 1) * dayWeight * (0.02 + binLuck ** 5);
    upTo[bin + 1] = (upTo[bin] ?? 0) + weight;
  }
  const total = upTo[bins] ?? 1;
  let bin = 0;
  return (index: number): number => {
    const wanted = ((index + 1) / options.count) * total;
    while (bin < bins - 1 && (upTo[bin + 1] ?? total) < wanted) bin++;
    const [low, high] = [upTo[bin] ?? 0, upTo[bin + 1] ?? total];
    return Math.round(fromMs + (bin + Math.min(1, (wanted - low) / (high - low))) * binMs);
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { messages: { type: 'string' } } });
  const messages = Number(values.messages ?? bigThreadMessages);
  if (!Number.isInteger(messages) || messages < 1 || messages > messagesMax)
    throw new UsageError(`--messages takes a whole number from 1 to ${formatCount(messagesMax)}.`);
  const pool = makePool({ url: env().DATABASE_URL, max: 2, isPatient: true });
  try {
    const progress = startProgress({ total: seedTotal(messages), unit: 'messages' });
    const report = await seed(pool, { messages, onStored: progress.add });
    const ms = progress.end();
    console.log(
      `${formatCount(report.written)} messages written, ${formatCount(report.messages - report.written)} were there, in ${report.threads} threads: ${(ms / 1_000).toFixed(1)} s, ${perSecond(report.messages, ms)} a second.`,
    );
  } finally {
    await pool.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runCommand(main);
