import { outageOverMs } from '@/shared/limits';

/** What is told of an outage: its beginning, with a cause where there is one, and its end. */
export type OutageNews<Cause> = { onBegin(cause?: Cause): void; onOver(): void };

/**
 * Something outside that is away now and then. It is told once when it goes, and once when it has been back
 * for a while: what comes and goes each second is one outage, and not a line of the log for each call.
 */
export class Outage<Cause = unknown> {
  private isTold = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly news: OutageNews<Cause>,
    private readonly overMs = outageOverMs,
  ) {}

  /** It is away. */
  begin(cause?: Cause): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isTold) return;
    this.isTold = true;
    this.news.onBegin(cause);
  }

  /** It seems to be back. */
  end(): void {
    if (!this.isTold || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.isTold = false;
      this.news.onOver();
    }, this.overMs).unref();
  }

  /** A call has failed, and nobody says when the next one does not. */
  touch(cause: Cause): void {
    this.begin(cause);
    this.end();
  }
}
