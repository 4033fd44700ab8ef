import type { OutboxKeeper } from '@/client/message/outbox-keeper';
import { nextOf, type OutboxItem, type Outcome } from '@/client/message/outbox-item';
import { claim, finish } from '@/client/message/outbox-progress';
import type { MessageView } from '@/shared/message';

/** Calls in flight at once, over all threads. */
const inFlightMax = 4;
/** How long a lost connection may take to come back before it is tried by other ways. */
const graceMs = 3_000;

/** Brings one item to the server. It never throws. */
export type Deliver = (item: OutboxItem, signal: AbortSignal) => Promise<Outcome>;

/** How the page stands with the server. */
export type Link = {
  isLive(): boolean;
  /** Whether the browser itself says that there is no network. */
  isOffline(): boolean;
  subscribe(listener: () => void): () => void;
};

export type FlusherPorts = {
  deliver: Deliver;
  link: Link;
  /** Full jitter: how long to wait after so many failures, milliseconds. */
  delayMs(failures: number): number;
  /** Whether this tab is the one to send it, for the person who is here now. */
  isOurs(item: OutboxItem): boolean;
  onWritten(message: MessageView, kind: OutboxItem['kind']): void;
};

type Line = { isBusy: boolean; failures: number; softUntil: number; hardUntil: number };

/**
 * Sends what is kept: each thread first in first out, one at a time; threads do not wait for each other.
 * What fails for a passing reason is sent again, later and later, or at once when the connection is back.
 */
export class Flusher {
  private readonly lines = new Map<string, Line>();
  private readonly closed = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wasLive: boolean;
  private wasOffline: boolean;
  private graceUntil = Date.now() + graceMs;
  private readonly stopListening: () => void;

  constructor(
    private readonly keeper: OutboxKeeper,
    private readonly ports: FlusherPorts,
  ) {
    this.wasLive = ports.link.isLive();
    this.wasOffline = ports.link.isOffline();
    this.stopListening = ports.link.subscribe(() => this.onLink());
  }

  /** Whether an item that is made now can go out now, without being written first: where no other tab writes. */
  canStart(threadId: string): boolean {
    const line = this.lineOf(threadId);
    const isFree = !line.isBusy && this.inFlight() < inFlightMax && readyAt(line) <= Date.now();
    return isFree && this.ports.link.isLive() && !nextOf(this.keeper.line(threadId));
  }

  /** Sends an item that was made as claimed. */
  start(item: OutboxItem): void {
    void this.attempt(item, true);
  }

  /** Sends what can be sent now. */
  pump(): void {
    clearTimeout(this.timer);
    const { link, isOurs } = this.ports;
    const now = Date.now();
    if (this.closed.signal.aborted || (!link.isLive() && link.isOffline())) return;
    if (!link.isLive() && now < this.graceUntil) return this.pumpAt(this.graceUntil);
    let nextAt = Infinity;
    for (const [threadId, items] of this.keeper.allLines()) {
      const line = this.lineOf(threadId);
      const item = line.isBusy ? undefined : nextOf(items);
      if (!item || !isOurs(item)) continue;
      if (readyAt(line) > now) nextAt = Math.min(nextAt, readyAt(line));
      else if (this.inFlight() < inFlightMax) void this.attempt(item, false);
    }
    if (nextAt < Infinity) this.pumpAt(nextAt);
  }

  /** Tries again now what waits for its turn, but not what the server told to wait. */
  wake(): void {
    for (const line of this.lines.values()) line.softUntil = line.failures = 0;
    this.pump();
  }

  close(): void {
    this.closed.abort();
    this.stopListening();
    clearTimeout(this.timer);
  }

  private onLink(): void {
    const [isLive, isOffline] = [this.ports.link.isLive(), this.ports.link.isOffline()];
    if (this.wasLive && !isLive) this.graceUntil = Date.now() + graceMs;
    const isBack = (isLive && !this.wasLive) || (!isOffline && this.wasOffline);
    this.wasLive = isLive;
    this.wasOffline = isOffline;
    if (isBack) this.wake();
    else this.pump();
  }

  private async attempt(item: OutboxItem, isClaimed: boolean): Promise<void> {
    const line = this.lineOf(item.threadId);
    line.isBusy = true;
    try {
      if (!isClaimed) await this.keeper.run(claim(item.itemId, Date.now()));
      // As it is now: it may have been changed, given up or found too old meanwhile.
      const current = this.keeper.get(item.itemId);
      if (current?.state !== 'sending' || this.closed.signal.aborted || !this.ports.isOurs(current)) return;
      if (!isClaimed && nextOf(this.keeper.line(item.threadId)) !== current) return;
      const outcome = await this.ports.deliver(current, this.closed.signal);
      if (this.closed.signal.aborted) return;
      this.pause(line, outcome);
      // The message first, so that nothing flickers; the next claim joins this write.
      if (outcome.type === 'done') this.ports.onWritten(outcome.message, current.kind);
      void this.keeper.run(finish(item.itemId, outcome));
    } finally {
      line.isBusy = false;
      this.pump();
    }
  }

  private pause(line: Line, outcome: Outcome): void {
    if (outcome.type !== 'passing') {
      line.failures = line.softUntil = line.hardUntil = 0;
      return;
    }
    const now = Date.now();
    const delayMs = this.ports.delayMs(line.failures++);
    line.softUntil = now + delayMs;
    line.hardUntil = outcome.retryAfterMs === null ? 0 : now + outcome.retryAfterMs;
  }

  private pumpAt(time: number): void {
    this.timer = setTimeout(() => this.pump(), Math.max(0, time - Date.now()));
  }

  private inFlight(): number {
    return [...this.lines.values()].filter((line) => line.isBusy).length;
  }

  private lineOf(threadId: string): Line {
    const line = this.lines.get(threadId) ?? { isBusy: false, failures: 0, softUntil: 0, hardUntil: 0 };
    this.lines.set(threadId, line);
    return line;
  }
}

const readyAt = (line: Line) => Math.max(line.softUntil, line.hardUntil);
