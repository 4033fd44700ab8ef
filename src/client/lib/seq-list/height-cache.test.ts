import { expect, it } from 'vitest';
import { HeightCache } from './height-cache';

it('forgets the row measured longest ago when it is full', () => {
  const cache = new HeightCache(2);
  cache.set(1, 10);
  cache.set(2, 20);
  cache.set(1, 11);
  cache.set(3, 30);
  expect([cache.get(1), cache.get(2), cache.get(3), cache.size]).toEqual([11, undefined, 30, 2]);
});
