import { monotonicMs } from '@/server/base/monotonic';

/** Spreads what comes all at once: as many as a second holds pass at once, the others in their turn. */
export class Pace {
  /** When the last one would have come, had none come faster than the rate. */
  private evenMs = Number.NEGATIVE_INFINITY;

  /**
   * @param at.patienceMs how long a turn may be away
   * @returns how long to wait for one's turn, milliseconds; null when it is too far away, and then none was taken
   */
  take({ perSecond, patienceMs }: { perSecond: number; patienceMs: number }): number | null {
    const nowMs = monotonicMs();
    const evenMs = Math.max(this.evenMs, nowMs) + 1_000 / perSecond;
    const waitMs = Math.max(0, evenMs - nowMs - 1_000);
    if (waitMs > patienceMs) return null;
    this.evenMs = evenMs;
    return waitMs;
  }
}
