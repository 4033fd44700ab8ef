import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ThreadSignals } from '@/server/realtime/thread-signals';
import { bus } from '@/server/realtime/bus';
import { receiptsMaxAgeMs, readersCounted, receiptsOfManyMs, signalMs } from '@/shared/limits';

let count: number;
let reads: number;
let signals: ThreadSignals;
let wakes: number;
beforeEach(() => {
  vi.useFakeTimers();
  [count, reads, wakes] = [1, 0, 0];
  const readReceipts = () => {
    reads++;
    const readers = [{ userId: 'ann', deliveredSeq: count, seenSeq: count, seenAt: null }];
    return Promise.resolve({ readers, count, people: {}, aclRev: 7 });
  };
  signals = new ThreadSignals('t', 0, { readReceipts }, (cause) => {
    throw cause;
  });
  signals.attach(() => wakes++);
});
afterEach(() => {
  signals.close();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const move = () => bus().publish('thread:t', { type: 'receipts', threadId: 't' });

it('receipts are read when somebody wants them, then once a second however many words come', async () => {
  move();
  await pass(5_000);
  expect(reads).toBe(0);
  signals.wantReceipts();
  await pass(0);
  expect([reads, signals.receipts?.count, signals.aclRev]).toEqual([1, 1, 7]);
  for (let i = 0; i < 100; i++) {
    count = i;
    move();
  }
  await pass(signalMs);
  await pass(signalMs);
  expect([reads, signals.receipts?.count]).toEqual([2, 99]);
});

it('receipts that are old are read again, and nobody is woken when they say the same', async () => {
  signals.wantReceipts();
  await pass(receiptsMaxAgeMs);
  signals.wantReceipts();
  await pass(10);
  expect([reads, wakes]).toEqual([1, 1]);
  await pass(10);
  signals.wantReceipts();
  await pass(signalMs);
  expect([reads, wakes]).toEqual([2, 1]);
});

it('receipts of many readers are told more seldom', async () => {
  count = readersCounted;
  signals.wantReceipts();
  await pass(10);
  count++;
  move();
  await pass(receiptsOfManyMs - 20);
  expect(reads).toBe(1);
  await pass(20);
  expect(reads).toBe(2);
});
