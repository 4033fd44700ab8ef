/** Counts of durations in buckets that grow by 2 %: any number of samples in 8 KB, mergeable over processes. */
const growth = Math.log(1.02);
const bucketCount = 1_024;

export class Histogram {
  private constructor(private readonly counts: number[]) {}

  static empty = (): Histogram => new Histogram(Array.from({ length: bucketCount }, () => 0));

  /** From what `toJSON` gave in another process. */
  static from = (counts: number[]): Histogram => new Histogram([...counts]);

  /** @param us microseconds */
  add(us: number): void {
    const bucket = us <= 1 ? 0 : Math.min(bucketCount - 1, Math.ceil(Math.log(us) / growth));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  merge(other: Histogram): void {
    for (const [i, count] of other.counts.entries()) this.counts[i] = (this.counts[i] ?? 0) + count;
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** @returns the upper border of the bucket that holds this share (0..1) of the samples; ms, NaN of none */
  ms(share: number): number {
    const wanted = this.total * share;
    if (wanted === 0) return Number.NaN;
    let seen = 0;
    for (const [i, count] of this.counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.exp(i * growth) / 1_000;
    }
    return Number.NaN;
  }

  toJSON(): number[] {
    return this.counts;
  }
}
