import { expect, it } from 'vitest';
import { median, ratios, spread } from './statistics';

it('takes the middle, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 4, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

it('compares round by round', () => {
  expect(ratios([2, 20], [1, 10])).toEqual([2, 2]);
  expect(spread([90, 100, 110])).toBeCloseTo(0.2);
});
