import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetReadStates, readMoment, readStateOf, tellReadStates } from '@/client/thread/read-states';
import { Reading } from '@/client/thread/reading';
import type { ReadState } from '@/shared/thread';

const marks: { seq: number; markVersion?: number }[] = [];
const stateOf = (lastReadSeq: number, markVersion = 0, unread = 0): ReadState => ({
  ...{ lastReadSeq, markVersion, unread, following: true, muted: false, mentions: 0 },
});
const tell = (readState: ReadState | null, asOf = readMoment()) =>
  tellReadStates([{ threadId: 't', readState }], asOf);

vi.mock('@/client/trpc', () => ({
  callErrorOf: () => ({ isPassing: true }),
  trpc: () => ({
    inbox: { unread: { query: () => Promise.resolve({ states: [] }) } },
    thread: {
      markRead: {
        mutate: (input: { threadId: string; seq: number; markVersion?: number }) => {
          marks.push(input);
          return Promise.resolve({ threadId: input.threadId, ...stateOf(input.seq, input.markVersion) });
        },
      },
      markUnread: {
        mutate: ({ threadId, seq }: { threadId: string; seq: number }) =>
          Promise.resolve({ threadId, ...stateOf(seq - 1, 1, 1) }),
      },
    },
  }),
}));

let isKnown: boolean;
const page = new EventTarget();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', page);
  forgetReadStates();
  marks.length = 0;
  isKnown = true;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('what is known of a state', () => {
  it('is never replaced by an older mark, nor by what was asked for earlier', () => {
    const [early, late] = [readMoment(), readMoment()];
    tell(stateOf(5, 0, 3), late);
    tell(stateOf(5, 0, 9), early);
    expect(readStateOf('t')?.unread).toBe(3);
    tell(stateOf(4, 0, 4));
    expect(readStateOf('t')?.lastReadSeq).toBe(5);
    tell(stateOf(2, 1, 6));
    tell(stateOf(9, 0, 0));
    expect(readStateOf('t')).toEqual(stateOf(2, 1, 6));
  });

  it('stays the same object while it says the same', () => {
    tell(stateOf(5));
    const before = readStateOf('t');
    tell(stateOf(5));
    expect(readStateOf('t')).toBe(before);
  });
});

describe('a reading', () => {
  it('tells what was seen once a second, the furthest only, and the rest when it closes', async () => {
    tell(stateOf(3));
    const reading = new Reading('t', () => isKnown);
    const close = reading.open();
    expect(reading.lastReadSeqAtOpen()).toBe(3);
    for (const seq of [2, 4, 6, 5]) reading.markSeen(seq);
    await pass(10);
    for (const seq of [7, 8]) reading.markSeen(seq);
    await pass(900);
    expect(marks.map((mark) => mark.seq)).toEqual([6]);
    await pass(200);
    expect(marks.map((mark) => mark.seq)).toEqual([6, 8]);
    reading.markSeen(9);
    close();
    await pass(10);
    expect(marks.at(-1)).toMatchObject({ seq: 9, markVersion: 0 });
    expect(reading.lastReadSeqAtOpen()).toBe(3);
  });

  it('marks nothing for a stranger, and all that was seen once the server knows them', async () => {
    isKnown = false;
    const reading = new Reading('t', () => isKnown);
    const close = reading.open();
    await pass(10);
    expect(readStateOf('t')).toBeNull();
    reading.markSeen(4);
    await pass(2_000);
    expect(marks).toEqual([]);
    isKnown = true;
    reading.markSeen(5);
    await pass(2_000);
    expect(marks.map((mark) => mark.seq)).toEqual([5]);
    expect(reading.lastReadSeqAtOpen()).toBeNull();
    close();
  });

  it('waits until it is known whether anything was marked unread, and marks where nothing is kept', async () => {
    const reading = new Reading('t', () => isKnown);
    const close = reading.open();
    reading.markSeen(4);
    expect(marks).toEqual([]);
    await pass(10);
    expect(marks).toEqual([{ threadId: 't', seq: 4, markVersion: 0 }]);
    close();
  });

  it('tells once what is in view although it was read before: others may not know that yet', async () => {
    tell(stateOf(9));
    const reading = new Reading('t', () => isKnown);
    const close = reading.open();
    reading.markSeen(9);
    reading.markSeen(9);
    await pass(5_000);
    expect(marks.map((mark) => mark.seq)).toEqual([9]);
    close();
  });

  it('leaves unread what was marked so, here or elsewhere, until the person comes back', async () => {
    tell(stateOf(3));
    const reading = new Reading('t', () => isKnown);
    const close = reading.open();
    reading.markSeen(9);
    await pass(10);
    await reading.markUnread(6);
    reading.markSeen(10);
    await pass(5_000);
    expect(marks.map((mark) => mark.seq)).toEqual([9]);
    expect(readStateOf('t')).toMatchObject({ lastReadSeq: 5, markVersion: 1 });
    page.dispatchEvent(new Event('focus'));
    reading.markSeen(10);
    await pass(2_000);
    expect(marks.at(-1)).toMatchObject({ seq: 10, markVersion: 1 });
    close();
  });
});
