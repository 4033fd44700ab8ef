import { monotonicMs } from '@/server/base/monotonic';
import { leaseMs } from '@/shared/limits';

/** A right, as the database says: the room's `aclRev` it was read at, and how far back it goes. */
export type Access = { aclRev: number; visibleFrom?: number; historyFrom?: Date | null };
/** Reads the right; null when there is none. */
export type VerifyAccess = () => Promise<Access | null>;

/**
 * A right that was verified a moment ago. It covers what was committed up to the `aclRev` it was
 * verified at; anything later is delivered only after another look.
 */
export class Lease {
  private aclRev = -1;
  private untilMs = -Infinity;
  /** The first place of the thread that may be delivered. */
  visibleFrom = 1;
  /** What may be delivered is newer than this moment. */
  historyFrom: Date | null = null;

  constructor(
    private readonly verify: VerifyAccess,
    private readonly now: () => number = monotonicMs,
  ) {}

  /** Whether the reader may have what carries this `aclRev` of the room, without another look. */
  holds(aclRev: number): boolean {
    return this.aclRev >= aclRev && this.now() < this.untilMs;
  }

  /**
   * @param aclRev the room's, as the event to deliver carries it
   * @returns whether the reader may have it; a failing database throws and so delivers nothing
   */
  async covers(aclRev: number): Promise<boolean> {
    return this.holds(aclRev) || this.renew();
  }

  /** Looks again, whatever the lease says. */
  async renew(): Promise<boolean> {
    const verifiedAt = this.now();
    const access = await this.verify();
    if (!access) return false;
    this.aclRev = access.aclRev;
    this.visibleFrom = access.visibleFrom ?? 1;
    this.historyFrom = access.historyFrom ?? null;
    this.untilMs = verifiedAt + leaseMs;
    return true;
  }
}
