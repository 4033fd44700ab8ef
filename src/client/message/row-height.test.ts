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

describe('the guess of a row', () => {
  it('is right for short lines, with a name and without', () => {
    const first = message({});
    expect(rowHeightGuess(first, message({ author: { id: 'bob', kind: 'visitor' } }), 79)).toBe(64);
    expect(rowHeightGuess(first, message({}), 79)).toBe(36);
  });

  it('counts the lines of a text in narrow and wide lists', () => {
    const long = message({ text: 'x'.repeat(162) });
    expect(rowHeightGuess(long, undefined, lineCharsIn(860, false))).toBe(30 + 12 + 3 * 22);
    expect(rowHeightGuess(long, undefined, lineCharsIn(390, true))).toBe(30 + 12 + 5 * 22);
  });

  it('leaves room for the day above the first message of it', () => {
    const next = message({ createdAt: '2026-03-02T10:00:00.000Z' });
    expect(rowHeightGuess(next, message({}), 79)).toBe(rowHeightGuess(next, undefined, 79) + 40);
  });
});
