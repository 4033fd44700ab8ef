import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '@/server/base/pace';

describe('a pace of four a second, with two seconds of patience', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const taker = () => {
    const pace = new Pace();
    return () => pace.take({ perSecond: 4, patienceMs: 2_000 });
  };
  const times = <T>(n: number, work: () => T): T[] => Array.from({ length: n }, work);

  it('lets a second’s worth pass at once and spreads the others', () => {
    expect(times(8, taker())).toEqual([0, 0, 0, 0, 250, 500, 750, 1_000]);
  });

  it('takes none whose turn is too far away, until there is room again', () => {
    const take = taker();
    expect(times(14, take).slice(10)).toEqual([1_750, 2_000, null, null]);
    vi.advanceTimersByTime(500);
    expect(times(3, take)).toEqual([1_750, 2_000, null]);
  });

  it('saves nothing up: after a pause the burst is the same', () => {
    const take = taker();
    times(4, take);
    vi.advanceTimersByTime(60_000);
    expect(times(6, take)).toEqual([0, 0, 0, 0, 250, 500]);
  });
});
