import { monotonicMs } from '@/server/base/monotonic';
import { ThreadTail, type TailSource } from '@/server/realtime/thread-tail';
import { tailIdleMs, tailSweepMs } from '@/shared/limits';

type Kept = { tail: Promise<ThreadTail>; made?: ThreadTail; idleSinceMs?: number };

/**
 * The watched threads of this process. A sweep compares them with the database, so that a lost event,
 * even the last one, and even without any bus, heals within seconds.
 */
export class TailPool {
  private readonly kept = new Map<string, Kept>();
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  /** @param onError a database that fails: the sweep goes on with the next round */
  constructor(
    private readonly source: TailSource,
    private readonly onError: (cause: unknown) => void,
  ) {}

  /**
   * The thread's tail; the caller attaches itself to it in the same turn that it gets it.
   * @returns null when there is no such thread
   */
  async watch(threadId: string): Promise<ThreadTail | null> {
    let kept = this.kept.get(threadId);
    if (!kept) {
      kept = { tail: this.open(threadId) };
      this.kept.set(threadId, kept);
      kept.tail.then(
        (tail) => {
          const still = this.kept.get(threadId);
          if (still) still.made = tail;
        },
        () => this.kept.delete(threadId),
      );
      this.timer ??= setInterval(() => void this.sweep(), tailSweepMs).unref();
    }
    try {
      return await kept.tail;
    } catch (cause) {
      if (cause === gone) return null;
      throw cause;
    }
  }

  /** Compares every watched thread with the database now. */
  sweep(): Promise<void> {
    this.sweeping ??= this.compareAll().finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  /** Compares those of these threads that are watched, because their news may not have come. */
  async resync(threadIds: string[]): Promise<void> {
    const asked = new Set(threadIds);
    await this.compare(this.tails().filter((tail) => asked.has(tail.threadId)));
  }

  /** After the database became another one: every stream looks at the epoch, and starts over. */
  async startOver(): Promise<void> {
    for (const tail of this.tails()) tail.nudge();
    await this.sweep();
  }

  /** All watched threads' tails, for metrics and tests. */
  tails(): ThreadTail[] {
    return [...this.kept.values()].flatMap((kept) => (kept.made ? [kept.made] : []));
  }

  close(): void {
    clearInterval(this.timer);
    for (const tail of this.tails()) tail.close();
    this.kept.clear();
  }

  private async open(threadId: string): Promise<ThreadTail> {
    const [first] = await this.source.readHeads([threadId]);
    if (!first) throw gone;
    const tail = new ThreadTail(threadId, this.source, first.head, first.aclRev, this.onError);
    // Listening began after that read: what was published in between shows in a second one.
    const askedAt = tail.rev;
    const [second] = await this.source.readHeads([threadId]);
    await tail.compare(second, askedAt);
    return tail;
  }

  private async compareAll(): Promise<void> {
    const now = monotonicMs();
    for (const [threadId, kept] of this.kept) {
      if (!kept.made) continue;
      if (kept.made.readerCount > 0) kept.idleSinceMs = undefined;
      else if (now - (kept.idleSinceMs ??= now) > tailIdleMs) {
        kept.made.close();
        this.kept.delete(threadId);
      }
    }
    const tails = this.tails();
    if (tails.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    await this.compare(tails);
  }

  private async compare(tails: ThreadTail[]): Promise<void> {
    if (tails.length === 0) return;
    try {
      const asked = tails.map((tail): [ThreadTail, number] => [tail, tail.rev]);
      const heads = new Map(
        (await this.source.readHeads(tails.map((tail) => tail.threadId))).map((stand) => [
          stand.head.id,
          stand,
        ]),
      );
      await Promise.all(asked.map(([tail, askedAt]) => tail.compare(heads.get(tail.threadId), askedAt)));
    } catch (cause) {
      this.onError(cause);
    }
  }
}

const gone = new Error('There is no such thread.');
