import { describe, expect, it } from 'vitest';
import { lineCharsIn, rowHeightGuess } from '@/client/message/row-height';
import type { MessageView } from '@/shared/message';

const message = (over: Partial<MessageView>): MessageView => ({
  id: 'm',
  threadId: 't',
  seq: 1,
  rev: 1,
  kind: 'text',
  author: { id: 'ann', kind: 'visitor' },
  text: 'Hello',
  replyTo: null,
  createdAt: '2026-03-01T10:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  reactions: [],
  thread: null,
  ...over,
});

const roomy = (lineChars: number) => ({ lineChars, isCompact: false });

describe('the guess of a row', () => {
  it('is right for short lines, with a name and without', () => {
    const first = message({});
    expect(rowHeightGuess(first, message({ author: { id: 'bob', kind: 'visitor' } }), roomy(79))).toBe(64);
    expect(rowHeightGuess(first, message({}), roomy(79))).toBe(36);
  });

  it('counts the lines of a text in narrow and wide lists', () => {
    const long = message({ text: 'x'.repeat(162) });
    expect(rowHeightGuess(long, undefined, roomy(lineCharsIn(860, false)))).toBe(30 + 12 + 3 * 22);
    expect(rowHeightGuess(long, undefined, roomy(lineCharsIn(390, true)))).toBe(30 + 12 + 5 * 22);
  });

  it('leaves room for the day above the first message of it', () => {
    const next = message({ createdAt: '2026-03-02T10:00:00.000Z' });
    expect(rowHeightGuess(next, message({}), roomy(79))).toBe(
      rowHeightGuess(next, undefined, roomy(79)) + 40,
    );
  });

  it('knows that a row has less around it than a bubble, and longer lines', () => {
    const rows = { lineChars: lineCharsIn(860, false, true), isCompact: true };
    expect(rowHeightGuess(message({}), message({}), rows)).toBe(22);
    expect(rowHeightGuess(message({}), undefined, rows)).toBe(26 + 22);
    expect(rowHeightGuess(message({ text: 'x'.repeat(162) }), undefined, rows)).toBe(26 + 2 * 22);
  });
});
