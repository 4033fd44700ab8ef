/** Measured row heights in px by seq. Forgets the oldest when full, so that a long scroll needs no more memory. */
export class HeightCache {
  private readonly heights = new Map<number, number>();

  constructor(private readonly capacity: number) {}

  get(seq: number): number | undefined {
    return this.heights.get(seq);
  }

  set(seq: number, px: number): void {
    // Deleting first makes a Map's insertion order an order of last measurement.
    this.heights.delete(seq);
    this.heights.set(seq, px);
    if (this.heights.size <= this.capacity) return;
    for (const oldest of this.heights.keys()) {
      this.heights.delete(oldest);
      return;
    }
  }

  get size(): number {
    return this.heights.size;
  }
}
