import { readersPerTurn } from '@/shared/limits';

/**
 * Those who wait for news of one thing. They are woken in rounds, so many per turn of the event loop:
 * thousands of them hold up nobody else, and what comes meanwhile goes along to those who were not woken yet.
 */
export class Readers {
  private readonly all = new Set<() => void>();
  private round: IterableIterator<() => void> | null = null;
  private isDue = false;

  /** @param onTold everybody was woken for what there was when the round began */
  constructor(private readonly onTold: () => void) {}

  get size(): number {
    return this.all.size;
  }

  /** @returns the function that takes the reader out */
  add(wake: () => void): () => void {
    this.all.add(wake);
    return () => this.all.delete(wake);
  }

  /** Wakes everybody, once for all that is said in this turn. */
  wake(): void {
    if (this.isDue) return;
    this.isDue = true;
    if (!this.round) setImmediate(() => this.wakeSome());
  }

  private wakeSome(): void {
    if (!this.round) this.isDue = false;
    this.round ??= this.all.values();
    for (let i = 0; i < readersPerTurn && this.round; i++) {
      const { value: wake, done } = this.round.next();
      if (done) this.round = null;
      else wake();
    }
    if (!this.round) this.onTold();
    if (this.round || this.isDue) setImmediate(() => this.wakeSome());
  }
}
