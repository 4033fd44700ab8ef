import { Histogram } from './histogram';
import { nowUs } from './machine';

/** @returns the median of so many runs, one after the other, ms; some runs before them do not count */
export async function medianMs(runs: number, work: (run: number) => Promise<unknown>): Promise<number> {
  for (let i = 0; i < Math.min(20, runs); i++) await work(i);
  const taken = Histogram.empty();
  for (let i = 0; i < runs; i++) {
    const began = nowUs();
    await work(i);
    taken.add(nowUs() - began);
  }
  return taken.ms(0.5);
}
