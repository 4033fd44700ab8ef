import { expect, it } from 'vitest';
import { Gate } from './gate';

it('a gate lets so many run at once, all in their turn, also after a failure', async () => {
  const gate = new Gate(2);
  let [running, most] = [0, 0];
  const order: number[] = [];
  const all = Array.from({ length: 9 }, (_, i) =>
    gate.run(async () => {
      most = Math.max(most, ++running);
      order.push(i);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (i % 3 === 0) throw new Error(`number ${i}`);
      return i;
    }),
  );
  const results = await Promise.allSettled(all);
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(results.map((result) => result.status === 'fulfilled')).toEqual([
    ...[false, true, true, false, true, true, false, true, true],
  ]);
  expect(await gate.run(() => Promise.resolve('later'))).toBe('later');
});
