import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { slowStatementMs, slowToldAgainMs } from '@/shared/limits';

type Slow = { count: number; longestMs: number };
type Tell = (slow: Slow & { name: string }) => void;

/**
 * Statements that took long, told by name: the first at once, and all further ones of the next while in one
 * line. While a database has too much to do, everything is slow, and the log would only add to it.
 */
export class SlowStatements {
  private readonly since = new Map<string, Slow>();

  constructor(
    private readonly tell: Tell,
    private readonly againMs = slowToldAgainMs,
  ) {}

  /** @param name of the statement; @param tookMs with the wait for a connection */
  note(name: string, tookMs: number): void {
    if (tookMs <= slowStatementMs) return;
    const more = this.since.get(name);
    if (more) {
      more.count++;
      more.longestMs = Math.max(more.longestMs, tookMs);
      return;
    }
    this.tell({ name, count: 1, longestMs: tookMs });
    this.begin(name);
  }

  private begin(name: string): void {
    const slow: Slow = { count: 0, longestMs: 0 };
    this.since.set(name, slow);
    setTimeout(() => {
      this.since.delete(name);
      if (slow.count === 0) return;
      this.tell({ name, ...slow });
      this.begin(name);
    }, this.againMs).unref();
  }
}

export const slowStatements = () =>
  once('slow-statements', () => new SlowStatements((slow) => log().warn(slow, 'a statement was slow')));
