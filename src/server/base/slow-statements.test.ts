import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SlowStatements } from '@/server/base/slow-statements';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('slow statements are told at once, then together, then no more', () => {
  const told: unknown[] = [];
  const slow = new SlowStatements((line) => told.push(line), 10_000);
  slow.note('quick', 1_000);
  for (const tookMs of [1_001, 3_000, 2_000]) slow.note('page', tookMs);
  slow.note('head', 1_500);
  const [page, head] = [
    { name: 'page', count: 1, longestMs: 1_001 },
    { name: 'head', count: 1, longestMs: 1_500 },
  ];
  expect(told).toEqual([page, head]);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([page, head, { name: 'page', count: 2, longestMs: 3_000 }]);
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveLength(3);
});
