import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ThreadSignals } from '@/client/message/thread-signals';
import { TypingSignal } from '@/client/message/typing-signal';
import type { MessageView } from '@/shared/message';

vi.mock('@/client/trpc', () => ({ trpc: () => ({}) }));
vi.mock('@/client/user/use-me', () => ({ isSomebody: () => false, isMe: () => false }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const personOf = (name: string) => ({ id: name, kind: 'visitor' as const, name });
const typing = (...names: string[]) => ({
  type: 'typing' as const,
  userIds: names,
  people: Object.fromEntries(names.map((name) => [name, personOf(name)])),
});
const reader = (userId: string, deliveredSeq: number, seenSeq: number) => ({
  ...{ userId, deliveredSeq, seenSeq, seenAt: '2026-11-21T10:30:00.000Z' },
});
const receipts = (...readers: ReturnType<typeof reader>[]) => ({
  ...{ type: 'receipts' as const, readers, count: readers.length, people: {} },
});
const names = (signals: ThreadSignals) => signals.typists.map(({ name }) => name);

describe('typing as a browser hears it', () => {
  it('is forgotten when nothing more is heard of it', () => {
    const signals = new ThreadSignals();
    signals.take(typing('Ann', 'Ben'));
    vi.advanceTimersByTime(4_000);
    signals.take(typing('Ann'));
    vi.advanceTimersByTime(4_900);
    expect(names(signals)).toEqual(['Ann']);
    vi.advanceTimersByTime(200);
    expect(names(signals)).toEqual([]);
  });

  it('ends with that person’s message, and with the stream', () => {
    const signals = new ThreadSignals();
    signals.take(typing('Ann', 'Ben'));
    signals.wrote([{ author: { id: 'Ann', kind: 'visitor' } } as MessageView]);
    expect(names(signals)).toEqual(['Ben']);
    signals.clear();
    expect(names(signals)).toEqual([]);
  });
});

describe('receipts as a browser shows them', () => {
  it('give a tick by the furthest of the others, never by oneself', () => {
    const signals = new ThreadSignals();
    expect(signals.tickOf(1, 'me')).toBe('sent');
    signals.take(receipts(reader('me', 9, 9), reader('Ann', 7, 3), reader('Ben', 5, 4)));
    expect([4, 5, 7, 8].map((seq) => signals.tickOf(seq, 'me'))).toEqual([
      ...['read', 'delivered', 'delivered', 'sent'],
    ]);
  });

  it('stand at the message where each reader is, and draw only rows anew that change', () => {
    const signals = new ThreadSignals();
    signals.take(receipts(reader('Ann', 7, 3), reader('Ben', 5, 3), reader('Cem', 2, 2)));
    const [at3, at2] = [signals.readersAt(3), signals.readersAt(2)];
    expect(at3.map(({ userId }) => userId)).toEqual(['Ann', 'Ben']);
    signals.take(receipts(reader('Ben', 5, 5), reader('Ann', 7, 3), reader('Cem', 2, 2)));
    expect(signals.readersAt(2)).toBe(at2);
    expect(signals.readersAt(3).map(({ userId }) => userId)).toEqual(['Ann']);
    expect(signals.readersAt(4)).toBe(signals.readersAt(6));
  });
});

describe('one’s own typing', () => {
  it('is said at most once a second, and its end once, unless a message says that', () => {
    const said: boolean[] = [];
    const signal = new TypingSignal('t', (isTyping) => void said.push(isTyping));
    for (const text of ['H', 'He', 'Hel']) signal.typed(text);
    expect(said).toEqual([true]);
    vi.advanceTimersByTime(1_000);
    signal.typed('Hell');
    expect(said).toEqual([true, true]);
    signal.typed('');
    signal.stop();
    expect(said).toEqual([true, true, false]);
    signal.typed('A');
    signal.sent();
    signal.stop();
    signal.typed('B');
    expect(said).toEqual([true, true, false, true, true]);
  });
});
