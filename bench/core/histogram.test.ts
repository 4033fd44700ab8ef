import { expect, it } from 'vitest';
import { Histogram } from './histogram';

it('gives percentiles within two per cent', () => {
  const all = Histogram.empty();
  for (let us = 1; us <= 100_000; us++) all.add(us);
  for (const share of [0.1, 0.5, 0.99]) {
    expect(all.ms(share)).toBeGreaterThanOrEqual(share * 100 * 0.999);
    expect(all.ms(share)).toBeLessThanOrEqual(share * 100 * 1.03);
  }
});

it('merges what other processes counted', () => {
  const [one, two] = [Histogram.empty(), Histogram.empty()];
  one.add(1_000);
  two.add(9_000);
  one.merge(Histogram.from(two.toJSON()));
  expect(one.total).toBe(2);
  expect(one.ms(1)).toBeGreaterThan(8.9);
});

it('has no percentile of nothing', () => {
  expect(Histogram.empty().ms(0.5)).toBeNaN();
});
