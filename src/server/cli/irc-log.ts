import { isUtf8 } from 'node:buffer';
import { charCount, messageText } from '@/shared/text';
import { textMaxBytes, textMaxChars } from '@/shared/limits';
import type { MessageKind } from '@/shared/message';

/** One line of a log. Every line has a text that the product's own rules for messages accept. */
export type LogEntry = {
  kind: MessageKind;
  /** Who speaks, acts, or whom the event is about; null when the line names nobody. */
  nick: string | null;
  text: string;
  /** Milliseconds since midnight; null for a line without a time. */
  timeOfDayMs: number | null;
  isTruncated: boolean;
};

/** What a line without anything to show becomes, so that it still has its place. */
export const emptyLine = '·';

const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** UTF-8; a line that is none is read as windows-1252, where every byte means something. */
export function decodeLine(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // A TextDecoder would do, but some releases of Node read this range as plain Latin-1.
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (char) => windows1252.charAt(char.charCodeAt(0) - 0x80));
}

/** Colours (`^C` 3,4 and `^D` 00ff00), bold, reset, monospace, reverse, italic, strike, underline. */
const formatting =
  // oxlint-disable-next-line no-control-regex -- the point of these expressions
  /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[\da-f]{6}(?:,[\da-f]{6})?)?|[\x02\x0f\x11\x16\x1d-\x1f]/gi;
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
// oxlint-disable-next-line no-control-regex
const needsCleaning = /[\0-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]/;

const clean = (line: string) =>
  needsCleaning.test(line)
    ? line
        .toWellFormed()
        .replace(/^\ufeff/, '')
        .replace(formatting, '')
        .replace(/\r$/, '')
        .replace(/\r\n?/g, '\n')
        .replace(control, '')
    : line;

const visibleAscii = /[!-~]/;
/** Below this many UTF-16 units a text cannot be too long in bytes. */
const surelyShort = Math.min(textMaxChars, Math.floor(textMaxBytes / 3));

/** Makes cleaned text a message: trimmed, within the limits, and showing something. */
function asMessage(cleaned: string): { text: string; isTruncated: boolean } {
  const text = cleaned.trim();
  if (text.length <= surelyShort && visibleAscii.test(text)) return { text, isTruncated: false };
  const isTruncated = charCount(text) > textMaxChars || Buffer.byteLength(text) > textMaxBytes;
  const kept = isTruncated ? `${cut(text)}…` : text;
  return { text: messageText.safeParse(kept).success ? kept : emptyLine, isTruncated };
}

/** As many whole characters as fit with an ellipsis after them. */
function cut(text: string): string {
  let [chars, bytes, end] = [0, 0, 0];
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (++chars >= textMaxChars || bytes > textMaxBytes - 3) break;
    end += char.length;
  }
  return text.slice(0, end).trimEnd();
}

const timed = /^\s?\[(\d\d):(\d\d)(?::(\d\d))?\] ?/;
const spoken = /^<([^<>\n]{1,80})>(?: |$)/;
const acted = /^ ?\* (\S{1,80})(?:\s+|$)/;
const noticed = /^-([^\s:]{1,80})(?::[^\s-]+)?- /;
const announced = /^(?:===|\*\*\*|-!-) ?/;
/** `nick has joined`, `nick [user@host]  has left`, `nick is now known as`, `nick was kicked`, ... */
const happened =
  /^(.{1,80}?)\s+(?:[[(].*[\])]\s+)?(?:has (?:joined|left|quit)|is now known as|was kicked|sets? mode|changed the topic)\b/;
const performed = /\s+by (\S{1,80})\s*$/;
const serverWord = /^(?:topic|users?|mode|you|channel|log|server|net\w+)$/i;
const nickname = /^[\w[\]\\^{}|`-]{1,40}$/;

/** Nicks hold no white space (some logs have blanks put after brackets), and `@` or `+` before one is a rank. */
const nickOf = (written: string | undefined) =>
  written?.replace(/\s+/g, '').replace(/^[@+%&~!]+/, '') || null;

/**
 * Reads one line: `[HH:MM] <nick> text`, `[HH:MM]  * nick action`, `=== nick has joined #channel`.
 * Older logs write an action as `=== nick action`. Whatever else stands there is an event.
 */
export function parseLine(line: string): LogEntry {
  const cleaned = clean(line);
  const time = timed.exec(cleaned);
  const timeOfDayMs = time && timeOf(time);
  const body = time && timeOfDayMs !== null ? cleaned.slice(time[0].length) : cleaned;
  const { kind, nick, rest } = read(body);
  return { kind, nick, timeOfDayMs, ...asMessage(rest) };
}

function timeOf([, hours, minutes, seconds]: RegExpExecArray): number | null {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
  return h < 24 && m < 60 && s < 60 ? ((h * 60 + m) * 60 + s) * 1000 : null;
}

function read(body: string): { kind: MessageKind; nick: string | null; rest: string } {
  const speech = spoken.exec(body);
  const speaker = nickOf(speech?.[1]);
  if (speech && speaker) return { kind: 'text', nick: speaker, rest: body.slice(speech[0].length) };
  const action = acted.exec(body);
  const actor = nickOf(action?.[1]);
  if (action && actor) return { kind: 'action', nick: actor, rest: body.slice(action[0].length) };
  const mark = announced.exec(body);
  if (!mark) return { kind: 'event', nick: nickOf(noticed.exec(body)?.[1]), rest: body };
  return readAnnouncement(body.slice(mark[0].length));
}

function readAnnouncement(text: string): ReturnType<typeof read> {
  const subject = nickOf(happened.exec(text)?.[1]);
  if (subject) return { kind: 'event', nick: subject, rest: text };
  const [, word = '', deed = ''] = /^(\S+)\s+([^]*)$/.exec(text) ?? [];
  if (deed && nickname.test(word) && !serverWord.test(word) && !deed.startsWith('['))
    return { kind: 'action', nick: word, rest: deed };
  return { kind: 'event', nick: nickOf(performed.exec(text)?.[1]), rest: text };
}

const hourMs = 3_600_000;
/** Clocks are set back by less; a larger step back means that midnight, or noon, has passed. */
const stepBackMs = 6 * hourMs;

const lineMaxBytes = 1024 * 1024;

/** Cuts a file into its lines, without their line feeds; what follows the first mebibyte of one is left out. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let openBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      const end = chunk.subarray(from, to);
      yield open.length === 0 ? end : capped([...open, end]);
      [open, openBytes, from] = [[], 0, to + 1];
    }
    if (from === chunk.length) continue;
    if (openBytes <= lineMaxBytes) open.push(chunk.subarray(from));
    openBytes += chunk.length - from;
  }
  if (open.length > 0) yield capped(open);
}

function capped(parts: Buffer[]): Buffer {
  const line = Buffer.concat(parts);
  if (line.length <= lineMaxBytes) return line;
  let end = lineMaxBytes;
  // Not through the middle of a character, or the whole line would no longer be UTF-8.
  while (end > lineMaxBytes - 3 && ((line[end] ?? 0) & 0xc0) === 0x80) end--;
  return line.subarray(0, end);
}

export type LogSurvey = { lines: number; firstTimeMs: number; isTwelveHour: boolean };

/** What must be known of a whole log before its first line can be dated. */
export async function surveyLog(lines: AsyncIterable<Buffer>): Promise<LogSurvey> {
  let count = 0;
  let first: number | null = null;
  let latest = 0;
  for await (const line of lines) {
    count++;
    const time = timed.exec(clean(decodeLine(line.subarray(0, 32))));
    const timeOfDayMs = time && timeOf(time);
    if (timeOfDayMs === null) continue;
    first ??= timeOfDayMs;
    latest = Math.max(latest, timeOfDayMs);
  }
  return { lines: count, firstTimeMs: first ?? 0, isTwelveHour: latest < 13 * hourMs };
}

/**
 * Gives the lines of one log their moments, each later than the one before: logs say minutes only, so
 * lines of the same minute follow each other by a millisecond.
 * @param options.dayMs midnight (UTC) of the log's date
 * @param options.firstTimeMs the first time of day in the log, for the lines before it
 * @param options.isTwelveHour the log never says 13:00 or later, so its hours come round twice a day
 * @param options.afterMs the last moment of the log before it
 * @returns a function from a line's time of day (null: the time before) to its moment, milliseconds
 */
export function logClock(options: {
  dayMs: number;
  firstTimeMs: number;
  isTwelveHour: boolean;
  afterMs?: number;
}) {
  const roundMs = (options.isTwelveHour ? 12 : 24) * hourMs;
  let { dayMs } = options;
  let saidMs = dayMs + options.firstTimeMs;
  let givenMs = options.afterMs ?? Number.NEGATIVE_INFINITY;
  return (timeOfDayMs: number | null): number => {
    if (timeOfDayMs !== null) {
      if (dayMs + timeOfDayMs < saidMs - stepBackMs) while (dayMs + timeOfDayMs < saidMs) dayMs += roundMs;
      saidMs = Math.max(saidMs, dayMs + timeOfDayMs);
    }
    givenMs = Math.max(saidMs, givenMs + 1);
    return givenMs;
  };
}

/** Midnight (UTC) of the date that a file's name begins with or holds; null when it holds none. */
export function dateOfFile(name: string): number | null {
  const date = /(?:^|\D)(\d{4}-\d\d-\d\d)(?:\D|$)/.exec(name)?.[1];
  const ms = date ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** `2007-01-19.train-a.raw.txt` is the log "2007-01-19 train-a". */
export const titleOfFile = (name: string) =>
  name
    .replace(/\.(?:txt|log)$/i, '')
    .replace(/\.raw$/i, '')
    .replace(/[._\s]+/g, ' ')
    .trim();
