import { monotonicMs } from '@/server/base/monotonic';

/** When a breaker opens, and for how long. */
export type BreakerOptions = {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it then keeps everybody away before it lets one call try. */
  openMs: number;
  onChange?(isOpen: boolean): void;
};

/**
 * Keeps calls away from something that does not answer, so that nobody waits for it again and again.
 * Whoever is admitted says how it went.
 */
export class Breaker {
  private failures = 0;
  private closedAgainMs: number | null = null;

  constructor(
    private readonly options: BreakerOptions,
    private readonly now: () => number = monotonicMs,
  ) {}

  get isOpen(): boolean {
    return this.closedAgainMs !== null;
  }

  /** Whether a call may be tried; of an open breaker, one call each `openMs`. */
  admits(): boolean {
    if (this.closedAgainMs === null) return true;
    if (this.now() < this.closedAgainMs) return false;
    this.closedAgainMs = this.now() + this.options.openMs;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    if (this.closedAgainMs === null) return;
    this.closedAgainMs = null;
    this.options.onChange?.(false);
  }

  failed(): void {
    if (++this.failures < this.options.failures) return;
    const wasOpen = this.isOpen;
    this.closedAgainMs = this.now() + this.options.openMs;
    if (!wasOpen) this.options.onChange?.(true);
  }
}
