/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How far the values lie apart: (largest - smallest) / median. */
export const spread = (values: readonly number[]): number =>
  (Math.max(...values) - Math.min(...values)) / median(values);

/** A run whose rounds lie further apart than this is called noisy. */
export const noisySpread = 0.5;

/** The ratio of two subjects, round by round, so that what disturbed a round disturbs both. */
export const ratios = (ours: readonly number[], yardstick: readonly number[]): number[] =>
  ours.map((value, round) => value / (yardstick[round] ?? Number.NaN));
