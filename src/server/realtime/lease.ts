import { leaseMs } from '@/shared/limits';

/** Reads the right from the database: the room's `aclRev` it was read at, or null when there is none. */
export type VerifyAccess = () => Promise<{ aclRev: number } | null>;

/**
 * A right that was verified a moment ago. It covers what was committed up to the `aclRev` it was
 * verified at; anything later is delivered only after another look.
 */
export class Lease {
  private aclRev = -1;
  private untilMs = 0;

  constructor(
    private readonly verify: VerifyAccess,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @param aclRev the room's, as the event to deliver carries it
   * @returns whether the reader may have it; a failing database throws and so delivers nothing
   */
  async covers(aclRev: number): Promise<boolean> {
    if (this.aclRev >= aclRev && this.now() < this.untilMs) return true;
    return this.renew();
  }

  /** Looks again, whatever the lease says. */
  async renew(): Promise<boolean> {
    const verifiedAt = this.now();
    const access = await this.verify();
    if (!access) return false;
    this.aclRev = access.aclRev;
    this.untilMs = verifiedAt + leaseMs;
    return true;
  }
}
