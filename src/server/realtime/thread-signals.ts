import { monotonicMs } from '@/server/base/monotonic';
import { bus, type BusEvent } from '@/server/realtime/bus';
import { share } from '@/server/realtime/shared-json';
import { Typists } from '@/server/realtime/typists';
import type { ThreadEvent } from '@/shared/event';
import {
  readersCounted,
  receiptsMaxAgeMs,
  receiptsOfManyMs,
  signalMs,
  typingToldAgainMs,
} from '@/shared/limits';
import type { Receipts } from '@/shared/signal';

export type TypingEvent = Extract<ThreadEvent, { type: 'typing' }>;
export type ReceiptsEvent = Extract<ThreadEvent, { type: 'receipts' }>;
export type SignalSource = {
  /** How far the readers are whom others may see; null when there is no such thread. */
  readReceipts(threadId: string): Promise<(Receipts & { aclRev: number }) | null>;
};

/** What readers hear while nobody types: one object, so that nothing new is seen by comparing. */
export const nobodyTypes: TypingEvent = share({ type: 'typing', userIds: [], people: {} });

/**
 * What is said beside one watched thread's log, once per process: who is typing, and how far readers are.
 * Both are states, not queues: a reader that was busy gets the newest, or nothing. Receipts are read from
 * the database, at most once a second however many people read, so a lost word costs time and never truth.
 */
export class ThreadSignals {
  /** The highest of the room that any signal was said under: readers prove their right up to it. */
  aclRev = 0;
  receipts: ReceiptsEvent | null = null;
  private typing = nobodyTypes;
  private readonly typists = new Typists();
  private readonly withoutOneself = new Map<string, TypingEvent>();
  private typingToldMs = -Infinity;
  private typingTimer: NodeJS.Timeout | undefined;
  private isWanted = false;
  private isReading = false;
  private isBehind = false;
  private readAtMs = -Infinity;
  private readTimer: NodeJS.Timeout | undefined;
  private readonly readers = new Set<() => void>();
  private readonly subscriptions: (() => void)[];

  constructor(
    private readonly threadId: string,
    /** The thread's last place, so that news of an older message is not taken for a post. */
    private headSeq: number,
    private readonly source: SignalSource,
    private readonly onError: (cause: unknown) => void,
  ) {
    const hear = (event: BusEvent) => this.onBusEvent(event);
    this.subscriptions = [bus().subscribe(`thread:${threadId}`, hear), bus().subscribe('people', hear)];
  }

  attach(wake: () => void): void {
    this.readers.add(wake);
  }

  /** @returns whether nobody is left */
  detach(wake: () => void): boolean {
    this.readers.delete(wake);
    return this.readers.size === 0;
  }

  close(): void {
    for (const stop of this.subscriptions) stop();
    clearTimeout(this.typingTimer);
    clearTimeout(this.readTimer);
  }

  /** Who is typing beside this person; the same object while that is so. */
  typingFor(userId: string | null): TypingEvent {
    if (userId === null || !this.typing.userIds.includes(userId)) return this.typing;
    const made = this.withoutOneself.get(userId);
    if (made) return made;
    const userIds = this.typing.userIds.filter((id) => id !== userId);
    const { [userId]: _, ...people } = this.typing.people;
    const event = userIds.length > 0 ? { ...this.typing, userIds, people } : nobodyTypes;
    this.withoutOneself.set(userId, event);
    return event;
  }

  /** A reader would see receipts: they are read now, and again when they are old. */
  wantReceipts(): void {
    this.isWanted = true;
    if (monotonicMs() - this.readAtMs > receiptsMaxAgeMs) this.fallBehind();
  }

  private onBusEvent(event: BusEvent): void {
    switch (event.type) {
      case 'typing':
        this.aclRev = Math.max(this.aclRev, event.aclRev);
        this.typists.hear(event.word);
        return this.showTyping();
      case 'changes':
        // A message ends its author's typing; what was said of it before may still be on its way.
        for (const change of event.batch.changes)
          if (change.seq > this.headSeq) this.typists.end(change.author.id, Date.now());
        this.headSeq = Math.max(this.headSeq, event.batch.head.seq);
        return this.showTyping();
      case 'receipts':
        return this.fallBehind();
      case 'sharing':
        if (!event.sharing.showsTyping) this.typists.end(event.userId, Date.now());
        this.showTyping();
        if (this.receipts?.readers.some((reader) => reader.userId === event.userId)) this.fallBehind();
        return;
      default:
    }
  }

  /** Tells at once, and after that at most once a second. */
  private showTyping(): void {
    clearTimeout(this.typingTimer);
    const waitMs = this.typingToldMs + signalMs - monotonicMs();
    const nextMs = waitMs > 0 ? waitMs : this.tellTyping();
    this.typingTimer =
      nextMs === null ? undefined : setTimeout(() => this.showTyping(), Math.max(nextMs, 1)).unref();
  }

  /** @returns when to look again, ms; null when nobody types */
  private tellTyping(): number | null {
    const silentInMs = this.typists.expire();
    const shown = this.typists.shown();
    const ids = shown.map(({ id }) => id);
    const isSame =
      ids.length === this.typing.userIds.length && ids.every((id, i) => id === this.typing.userIds[i]);
    const isOld = ids.length > 0 && monotonicMs() - this.typingToldMs >= typingToldAgainMs;
    if (!isSame || isOld) {
      this.typing =
        ids.length > 0
          ? share({
              type: 'typing',
              userIds: ids,
              people: Object.fromEntries(shown.map((person) => [person.id, person])),
            })
          : nobodyTypes;
      this.withoutOneself.clear();
      this.typingToldMs = monotonicMs();
      this.wake();
    }
    return silentInMs === null ? null : Math.min(silentInMs, typingToldAgainMs);
  }

  private fallBehind(): void {
    if (!this.isWanted) return;
    this.isBehind = true;
    if (this.isReading || this.readTimer) return;
    const gapMs = (this.receipts?.count ?? 0) >= readersCounted / 2 ? receiptsOfManyMs : signalMs;
    const waitMs = Math.max(0, this.readAtMs + gapMs - monotonicMs());
    this.readTimer = setTimeout(() => void this.read(), waitMs).unref();
  }

  private async read(): Promise<void> {
    this.readTimer = undefined;
    this.isBehind = false;
    this.isReading = true;
    this.readAtMs = monotonicMs();
    try {
      const read = await this.source.readReceipts(this.threadId);
      if (read) this.take(read);
    } catch (cause) {
      this.onError(cause);
    }
    this.isReading = false;
    if (this.isBehind) this.fallBehind();
  }

  private take({ aclRev, ...receipts }: Receipts & { aclRev: number }): void {
    const event: ReceiptsEvent = { type: 'receipts', ...receipts };
    if (this.receipts ? JSON.stringify(event) === JSON.stringify(this.receipts) : event.count === 0) return;
    this.aclRev = Math.max(this.aclRev, aclRev);
    this.receipts = share(event);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.readers) wake();
  }
}

/** The signals of all watched threads of this process. */
export class SignalPool {
  private readonly kept = new Map<string, ThreadSignals>();

  /** @param onError a database that fails: receipts are read again later */
  constructor(
    private readonly source: SignalSource,
    private readonly onError: (cause: unknown) => void,
  ) {}

  /** Attaches a reader; `leave` detaches it. */
  watch(
    { id: threadId, seq }: { id: string; seq: number },
    wake: () => void,
  ): { signals: ThreadSignals; leave(): void } {
    const signals = this.kept.get(threadId) ?? new ThreadSignals(threadId, seq, this.source, this.onError);
    this.kept.set(threadId, signals);
    signals.attach(wake);
    return {
      signals,
      leave: () => {
        if (!signals.detach(wake) || this.kept.get(threadId) !== signals) return;
        this.kept.delete(threadId);
        signals.close();
      },
    };
  }
}
