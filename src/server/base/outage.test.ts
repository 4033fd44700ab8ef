import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outage } from '@/server/base/outage';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const told: string[] = [];
  const outage = new Outage(
    { onBegin: (cause) => told.push(`away: ${String(cause)}`), onOver: () => told.push('over') },
    10_000,
  );
  return { outage, told };
}

describe('an outage', () => {
  it('is told when it begins, and when it has been over for a while', () => {
    const { outage, told } = watched();
    outage.begin('x');
    outage.end();
    vi.advanceTimersByTime(9_999);
    expect(told).toEqual(['away: x']);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['away: x', 'over']);
  });

  it('is one, however often it comes and goes', () => {
    const { outage, told } = watched();
    for (let i = 0; i < 50; i++) {
      outage.begin(i);
      vi.advanceTimersByTime(500);
      outage.end();
      vi.advanceTimersByTime(500);
    }
    expect(told).toEqual(['away: 0']);
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual(['away: 0', 'over']);
    outage.begin('next');
    expect(told.at(-1)).toBe('away: next');
  });

  it('of calls that fail is over when none has failed for a while', () => {
    const { outage, told } = watched();
    outage.touch('a');
    vi.advanceTimersByTime(6_000);
    outage.touch('b');
    vi.advanceTimersByTime(9_000);
    expect(told).toEqual(['away: a']);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual(['away: a', 'over']);
  });

  it('that never began is not over', () => {
    const { outage, told } = watched();
    outage.end();
    vi.advanceTimersByTime(20_000);
    expect(told).toEqual([]);
  });
});
