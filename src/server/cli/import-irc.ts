import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { makePool } from '@/server/base/db';
import { env } from '@/server/base/env';
import {
  dateOfFile,
  decodeLine,
  logClock,
  parseLine,
  splitLines,
  surveyLog,
  titleOfFile,
  type LogSurvey,
} from '@/server/cli/irc-log';
import { formatCount, perSecond, runCommand, startProgress, UsageError } from '@/server/cli/progress';
import {
  ensureImportRoom,
  ensureImportThread,
  importId,
  importLines,
  refreshStatistics,
  type ImportAuthor,
  type ImportCount,
  type ImportLine,
} from '@/server/domain/message/import';
import { nameMaxChars } from '@/shared/limits';
import type { MessageKind } from '@/shared/message';
import { slugOf } from '@/shared/slug';
import { personName, roomName, threadTitle } from '@/shared/text';

export type IrcImport = {
  /** Becomes the room's slug; the room is made when there is none. */
  room: string;
  /** What the room is called when it is made now; the room's word without it. */
  name?: string;
  files: string[];
  /** All files into one thread of this title; null: a thread per file. */
  oneThread: string | null;
  onStart?(lines: number): void;
  onStored?(lines: number): void;
};
export type IrcReport = {
  roomSlug: string;
  files: ({ file: string; expected: number } & ImportCount)[];
  kinds: Record<MessageKind, number>;
  truncated: number;
};
type Source = LogSurvey & { file: string; base: string; title: string; dayMs: number };

/**
 * Imports logs, each line as one message. Running it again adds what is missing.
 * @throws {UsageError} before anything is written, when a file or a name cannot be used
 */
export async function importIrc(on: Pool, input: IrcImport): Promise<IrcReport> {
  const slug = slugOf(input.room);
  const name = checked(roomName, input.name ?? input.room, 'The name of the room');
  const sources = await surveyFiles(input);
  const room = await ensureImportRoom(on, { slug, name, topic: '' });
  if (room.kind === 'direct') throw new UsageError(`The room ${slug} is a conversation of its own people.`);
  input.onStart?.(sources.reduce((sum, source) => sum + source.lines, 0));

  const report: IrcReport = {
    roomSlug: slug,
    files: [],
    kinds: { text: 0, action: 0, event: 0 },
    truncated: 0,
  };
  const authorOf = authors(slug, name);
  let afterMs: number | undefined;
  for (const source of sources) {
    const threadKey = input.oneThread === null ? `file ${source.base}` : `all ${source.title}`;
    const thread = { id: importId('irc-thread', slug, threadKey), roomId: room.id, title: source.title };
    await ensureImportThread(on, { ...thread, createdAtMs: source.dayMs });
    const clock = logClock({ ...source, afterMs: input.oneThread === null ? undefined : afterMs });
    const lineOf = (bytes: Buffer, number: number): ImportLine => {
      const { nick, timeOfDayMs, isTruncated, ...entry } = parseLine(decodeLine(bytes));
      const id = importId('irc-line', slug, threadKey, source.base, number);
      afterMs = clock(timeOfDayMs);
      report.kinds[entry.kind]++;
      if (isTruncated) report.truncated++;
      return { id, author: authorOf(nick), ...entry, replyToId: null, createdAtMs: afterMs };
    };
    const lines = linesOf(source.file, lineOf);
    const count = await importLines(on, thread.id, { lines, onStored: input.onStored });
    report.files.push({ file: source.file, expected: source.lines, ...count });
  }
  await refreshStatistics(on);
  return report;
}

/** @param lineOf called with each line and its number, from 0 */
async function* linesOf<T>(file: string, lineOf: (bytes: Buffer, number: number) => T): AsyncGenerator<T> {
  let number = 0;
  for await (const bytes of splitLines(createReadStream(file))) yield lineOf(bytes, number++);
}

function checked(rule: typeof threadTitle, value: string, what: string): string {
  const result = rule.safeParse(value);
  if (!result.success)
    throw new UsageError(`${what} cannot be "${value}": ${result.error.issues[0]?.message}`);
  return result.data;
}

/** One person per room and nick, whatever its capitals; what nobody says is said by the room. */
function authors(slug: string, room: string): (nick: string | null) => ImportAuthor {
  const ofRoom = { id: importId('irc-room', slug), name: firstChars(room, nameMaxChars) };
  const made = new Map<string, ImportAuthor>();
  return (nick) => {
    if (nick === null) return ofRoom;
    const key = nick.toLowerCase();
    let author = made.get(key);
    if (!author) {
      const name = personName.safeParse(firstChars(nick, nameMaxChars));
      author = name.success ? { id: importId('irc-nick', slug, key), name: name.data } : ofRoom;
      made.set(key, author);
    }
    return author;
  };
}

const firstChars = (text: string, n: number) => [...text].slice(0, n).join('');

/** Looks at every file before the first line is written. @returns them by date, then by name */
async function surveyFiles({ files, oneThread }: IrcImport): Promise<Source[]> {
  const sources: Source[] = [];
  for (const file of files) {
    const base = path.basename(file);
    const dayMs = dateOfFile(base);
    const info = await stat(file).catch(() => null);
    if (!info?.isFile())
      throw new UsageError(`The file ${file} ${info ? 'is no plain file' : 'does not exist'}.`);
    if (dayMs === null)
      throw new UsageError(`The name of ${file} holds no date like 2026-01-31, which its lines need.`);
    if (sources.some((source) => source.base === base))
      throw new UsageError(`Two files are called ${base}: lines are told apart by their file's name.`);
    const survey = await surveyLog(splitLines(createReadStream(file))).catch((cause: unknown) => {
      throw new UsageError(
        `The file ${file} cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}.`,
      );
    });
    const title = checked(threadTitle, oneThread ?? titleOfFile(base), 'The title of a thread');
    sources.push({ file, base, title, dayMs, ...survey });
  }
  return sources.toSorted((a, b) => a.dayMs - b.dayMs || (a.base < b.base ? -1 : 1));
}

const usage =
  'Usage: npm run import -- irc --room NAME [--name "Room name"] [--thread-per-file | --one-thread [TITLE]] FILE...';

/**
 * Reads the command line. The word after `--one-thread` is its title when it is neither a file nor
 * looks like one; `--one-thread=TITLE` says so in any case.
 * @throws {UsageError} or the error of `parseArgs`
 */
export function readArguments(words: string[]): Omit<IrcImport, 'onStart' | 'onStored'> {
  // The kind of log may be left out while there is only one.
  const given = words[0] === 'irc' ? words.slice(1) : [...words];
  const at = given.indexOf('--one-thread');
  const hasTitle = at >= 0 && isTitle(given[at + 1] ?? '-');
  if (at >= 0) given.splice(at, hasTitle ? 2 : 1, `--one-thread=${hasTitle ? given[at + 1] : 'All logs'}`);
  const { values, positionals: files } = parseArgs({
    args: given,
    allowPositionals: true,
    options: {
      room: { type: 'string' },
      name: { type: 'string' },
      'one-thread': { type: 'string' },
      'thread-per-file': { type: 'boolean' },
    },
  });
  if (!values.room) throw new UsageError(`Say which room: --room NAME.\n${usage}`);
  if (files.length === 0) throw new UsageError(`Say which files to import.\n${usage}`);
  if (values['thread-per-file'] && values['one-thread'] !== undefined)
    throw new UsageError('Choose one of --thread-per-file and --one-thread.');
  return { room: values.room, name: values.name, files, oneThread: values['one-thread'] ?? null };
}

const isTitle = (word: string) => !/^-|[\\/]|\.\w{1,5}$/.test(word) && !existsSync(word);

function printReport(report: IrcReport, ms: number): number {
  const sum = (pick: (file: IrcReport['files'][number]) => number) =>
    report.files.reduce((total, file) => total + pick(file), 0);
  const [lines, written] = [sum((file) => file.lines), sum((file) => file.written)];
  const [there, changed] = [lines - written, sum((file) => file.changed)];
  const wrong = report.files.filter((file) => file.stored !== file.expected || file.lines !== file.expected);
  const { text, action, event } = report.kinds;
  console.log(`Imported into the room ${report.roomSlug} (/r/${report.roomSlug}):`);
  console.log(`  files          ${formatCount(report.files.length)}`);
  console.log(`  lines read     ${formatCount(lines)}`);
  console.log(`  written        ${formatCount(written)}`);
  console.log(
    `  already there  ${formatCount(there)}${changed ? `, ${formatCount(changed)} of them with another text, left as they were` : ''}`,
  );
  console.log(
    `  kinds          ${formatCount(text)} text, ${formatCount(action)} action, ${formatCount(event)} event`,
  );
  console.log(`  shortened      ${formatCount(report.truncated)}`);
  console.log(`  time           ${(ms / 1_000).toFixed(1)} s, ${perSecond(lines, ms)} lines a second`);
  for (const file of wrong)
    console.log(
      `  ${file.file}: ${formatCount(file.expected)} lines, but ${formatCount(file.stored)} messages`,
    );
  console.log(
    `  checked        ${report.files.length - wrong.length} of ${report.files.length} files hold as many messages as lines`,
  );
  return wrong.length;
}

async function main(): Promise<void> {
  const input = readArguments(process.argv.slice(2));
  const pool = makePool({ url: env().DATABASE_URL, max: 2, isPatient: true });
  try {
    const startedAt = performance.now();
    let progress: ReturnType<typeof startProgress> | undefined;
    const report = await importIrc(pool, {
      ...input,
      onStart: (total) => (progress = startProgress({ total, unit: 'lines' })),
      onStored: (lines) => progress?.add(lines),
    });
    progress?.end();
    if (printReport(report, performance.now() - startedAt) > 0) process.exitCode = 1;
  } finally {
    await pool.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runCommand(main);
