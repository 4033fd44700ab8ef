import { describe, expect, it } from 'vitest';
import {
  dateOfFile,
  decodeLine,
  emptyLine,
  logClock,
  parseLine,
  splitLines,
  surveyLog,
  titleOfFile,
} from '@/server/cli/irc-log';
import { messageText } from '@/shared/text';

const minute = 60_000;
const at = (hours: number, minutes: number) => (hours * 60 + minutes) * minute;

async function* chunked(bytes: Buffer, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function linesOf(bytes: Buffer, size = 5): Promise<string[]> {
  const lines = [];
  for await (const line of splitLines(chunked(bytes, size))) lines.push(line.toString());
  return lines;
}

describe('parseLine', () => {
  const cases: [string, string, string | null, string, number | null][] = [
    ['[09:14] <ada> is anybody here', 'text', 'ada', 'is anybody here', at(9, 14)],
    ['[09:14:30] <@ada>  two  blanks ', 'text', 'ada', 'two  blanks', at(9, 14) + 30_000],
    ['[09:14] <ada>', 'text', 'ada', emptyLine, at(9, 14)],
    ['[09:14] <ad[a] x> odd blank in a nick', 'text', 'ad[a]x', 'odd blank in a nick', at(9, 14)],
    ['<ada> no time', 'text', 'ada', 'no time', null],
    ['[23:59]  * ada waves', 'action', 'ada', 'waves', at(23, 59)],
    ['[23:59] * ada', 'action', 'ada', emptyLine, at(23, 59)],
    ['=== ada has joined #room', 'event', 'ada', 'ada has joined #room', null],
    [
      '=== [ada]  [~a@host]  has left #room []',
      'event',
      '[ada]',
      '[ada]  [~a@host]  has left #room []',
      null,
    ],
    ['=== ada is now known as ada_away', 'event', 'ada', 'ada is now known as ada_away', null],
    ['=== mode/#room [+o bob]  by ada', 'event', 'ada', 'mode/#room [+o bob]  by ada', null],
    ['=== Topic for #room: be kind', 'event', null, 'Topic for #room: be kind', null],
    ['=== netsplit: a.example <-> b.example', 'event', null, 'netsplit: a.example <-> b.example', null],
    ['=== ada shrugs', 'action', 'ada', 'shrugs', null],
    ['===', 'event', null, emptyLine, null],
    ['[05:12] -ada:#room- a notice', 'event', 'ada', '-ada:#room- a notice', at(5, 12)],
    ['', 'event', null, emptyLine, null],
    [' \t \u200b', 'event', null, emptyLine, null],
    ['[25:00] <ada> no such hour', 'event', null, '[25:00] <ada> no such hour', null],
    ['something else', 'event', null, 'something else', null],
    ['\ufeff[09:14] <ada> after a mark', 'text', 'ada', 'after a mark', at(9, 14)],
  ];
  it.each(cases)('reads %j', (line, kind, nick, text, timeOfDayMs) => {
    expect(parseLine(line)).toEqual({ kind, nick, text, timeOfDayMs, isTruncated: false });
  });

  it('strips formatting, NUL and other controls, and keeps tabs', () => {
    const line = '[01:00] <a\x02d\x02a> \x0304,12red\x03 \x1funder\x0f a\0b\x07c\tend\x85\r';
    expect(parseLine(line)).toMatchObject({ nick: 'ada', text: 'red under abc\tend' });
    expect(parseLine('[01:00] <ada> one\rtwo')).toMatchObject({ text: 'one\ntwo' });
    expect(parseLine('[01:00] <ada> \ud800!')).toMatchObject({ text: '\ufffd!' });
  });

  it.each(['x', 'é', '語', '👍'])('shortens a line of %s that is too long for a message', (char) => {
    const { text, isTruncated } = parseLine(`[01:00] <ada> ${char.repeat(9_000)}`);
    expect(isTruncated).toBe(true);
    expect(text.endsWith(`${char}…`)).toBe(true);
    expect(messageText.safeParse(text).data).toBe(text);
  });

  it('never makes a text that a message could not have', () => {
    let state = 7;
    const next = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
    const alphabet = [
      '<',
      '>',
      '[',
      ']',
      '0',
      '1',
      ':',
      '=',
      '*',
      ' ',
      'a',
      '\0',
      '\r',
      '\x03',
      '\u00a0',
      '\u2066',
      '\u0301',
      '語',
    ];
    for (let i = 0; i < 3_000; i++) {
      const line = Array.from({ length: next(24) }, () => alphabet[next(alphabet.length)]).join('');
      const { text } = parseLine(line);
      expect(messageText.safeParse(text).data, JSON.stringify(line)).toBe(text);
    }
  });
});

describe('decodeLine', () => {
  it('reads UTF-8, and anything else as windows-1252', () => {
    expect(decodeLine(Buffer.from('grüß 語'))).toBe('grüß 語');
    expect(decodeLine(Buffer.from([0x80, 0x20, 0x93, 0xe9, 0x94]))).toBe('€ “é”');
  });
});

describe('splitLines', () => {
  it('makes a line of each row, whatever the chunks, with or without a last line feed', async () => {
    const text = 'one\n\nthree is longer than a chunk\r\nlast';
    const lines = ['one', '', 'three is longer than a chunk\r', 'last'];
    for (const size of [1, 4, 5, 1_000]) {
      expect(await linesOf(Buffer.from(text), size)).toEqual(lines);
      expect(await linesOf(Buffer.from(`${text}\n`), size)).toEqual(lines);
    }
    expect(await linesOf(Buffer.from(''))).toEqual([]);
    expect(await linesOf(Buffer.from('\n\n'))).toEqual(['', '']);
  });

  it('leaves out what follows the first mebibyte of a line, between two characters', async () => {
    const long = '語'.repeat(500_000);
    const lines = await linesOf(Buffer.from(`x${long}\nshort`), 65_536);
    expect(lines.map((line) => line.length)).toEqual([1 + Math.floor((1024 * 1024 - 1) / 3), 5]);
    expect(lines[0]).not.toContain('\ufffd');
  });
});

describe('logClock', () => {
  const dayMs = Date.UTC(2026, 0, 31);
  const clock = (isTwelveHour = false, afterMs?: number) =>
    logClock({ dayMs, firstTimeMs: at(9, 0), isTwelveHour, afterMs });
  const since = (ms: number) => ms - dayMs;

  it('keeps the order of the lines of one minute, and gives lines without a time the time before', () => {
    const momentOf = clock();
    expect([null, at(9, 0), null, at(9, 0), at(9, 1)].map((t) => since(momentOf(t)))).toEqual([
      at(9, 0),
      at(9, 0) + 1,
      at(9, 0) + 2,
      at(9, 0) + 3,
      at(9, 1),
    ]);
  });

  it('goes on to the next day after midnight', () => {
    const momentOf = clock();
    expect([at(23, 59), at(0, 0), at(12, 0), at(0, 1)].map((t) => since(momentOf(t)))).toEqual([
      at(23, 59),
      at(24, 0),
      at(36, 0),
      at(48, 1),
    ]);
  });

  it('never goes back when a clock was set back', () => {
    const momentOf = clock();
    expect([at(10, 30), at(9, 30), at(10, 31)].map((t) => since(momentOf(t)))).toEqual([
      at(10, 30),
      at(10, 30) + 1,
      at(10, 31),
    ]);
  });

  it('takes a log that never passes 12:59 as one with a clock of twelve hours', () => {
    const momentOf = clock(true);
    expect([at(11, 59), at(0, 0), at(11, 0), at(12, 59), at(1, 0)].map((t) => since(momentOf(t)))).toEqual([
      at(11, 59),
      at(12, 0),
      at(23, 0),
      at(24, 59),
      at(25, 0),
    ]);
  });

  it('begins after the log before it', () => {
    const momentOf = clock(false, dayMs + at(9, 30));
    expect([at(9, 0), at(9, 1), at(9, 31)].map((t) => since(momentOf(t)))).toEqual([
      at(9, 30) + 1,
      at(9, 30) + 2,
      at(9, 31),
    ]);
  });

  it('surveys a log for its first time and its kind of clock', async () => {
    const survey = (text: string) => surveyLog(splitLines(chunked(Buffer.from(text), 7)));
    expect(await survey('=== ada has joined #room\n[09:05] <ada> hi\n[12:59] <ada> bye')).toEqual({
      lines: 3,
      firstTimeMs: at(9, 5),
      isTwelveHour: true,
    });
    expect(await survey('[09:05] <ada> hi\n[13:00] <ada> bye\n')).toMatchObject({
      lines: 2,
      isTwelveHour: false,
    });
    expect(await survey('')).toEqual({ lines: 0, firstTimeMs: 0, isTwelveHour: true });
  });
});

describe('names of files', () => {
  it('hold a date and make a title', () => {
    expect(dateOfFile('2026-01-31.part-a.raw.txt')).toBe(Date.UTC(2026, 0, 31));
    expect(dateOfFile('#room_2026-01-31.log')).toBe(Date.UTC(2026, 0, 31));
    expect([dateOfFile('notes.txt'), dateOfFile('2026-13-45.txt')]).toEqual([null, null]);
    expect(titleOfFile('2026-01-31.part-a.raw.txt')).toBe('2026-01-31 part-a');
    expect(titleOfFile('#room_2026-01-31.log')).toBe('#room 2026-01-31');
  });
});
