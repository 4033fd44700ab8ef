import type { Invariant } from '../history';

export type Finding = { invariant: Invariant; detail: string };

/** Counts violations; of each kind the first few are kept in words. */
export class Findings {
  private readonly counts = new Map<Invariant, number>();
  readonly samples: Finding[] = [];

  constructor(private readonly samplesMax = 5) {}

  add(invariant: Invariant, detail: string): void {
    const count = (this.counts.get(invariant) ?? 0) + 1;
    this.counts.set(invariant, count);
    if (count <= this.samplesMax) this.samples.push({ invariant, detail });
  }

  count(invariant: Invariant): number {
    return this.counts.get(invariant) ?? 0;
  }

  /** The violated invariants. */
  violated(): Invariant[] {
    return [...this.counts.keys()];
  }
}
