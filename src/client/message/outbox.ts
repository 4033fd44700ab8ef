import { v7 as newId } from 'uuid';
import { reconnectDelayMs } from '@/client/connection';
import { callErrorOf, trpc } from '@/client/trpc';
import { visitorName } from '@/client/identity';
import type { MessageView } from '@/shared/message';

/** A message on its way: it keeps its id through every attempt, so it is stored once. */
export type Outgoing = {
  id: string;
  threadId: string;
  text: string;
  queuedAt: string;
  /** `held` waits for a moderator, `waiting` for the connection. */
  state: 'sending' | 'waiting' | 'sent' | 'held' | 'failed';
  /** Its place, once it has one. */
  seq: number | null;
  /** Why it failed or waits, as a person can read it. */
  reason: string | null;
};

type Listener = () => void;

/** Sends messages in order per thread, one at a time; what fails for a passing reason is sent again. */
export class Outbox {
  private readonly threads = new Map<string, readonly Outgoing[]>();
  private readonly flushing = new Set<string>();
  private readonly listeners = new Set<Listener>();

  constructor(private readonly onSent: (message: MessageView) => void) {}

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly of = (threadId: string): readonly Outgoing[] => this.threads.get(threadId) ?? none;

  send(threadId: string, text: string): void {
    const item: Outgoing = {
      id: newId(),
      threadId,
      text,
      queuedAt: new Date().toISOString(),
      state: 'sending',
      seq: null,
      reason: null,
    };
    this.set(threadId, [...this.of(threadId), item]);
    void this.flush(threadId);
  }

  retry(item: Outgoing): void {
    this.change(item, { state: 'waiting', reason: null });
    void this.flush(item.threadId);
  }

  discard(item: Outgoing): void {
    this.set(
      item.threadId,
      this.of(item.threadId).filter((other) => other.id !== item.id),
    );
  }

  /** Forgets sent messages that the timeline shows by now. */
  settle(threadId: string, headSeq: number): void {
    const items = this.of(threadId);
    const left = items.filter((item) => item.seq === null || item.seq > headSeq);
    if (left.length < items.length) this.set(threadId, left);
  }

  private async flush(threadId: string): Promise<void> {
    if (this.flushing.has(threadId)) return;
    this.flushing.add(threadId);
    try {
      for (let failures = 0; ;) {
        const item = this.of(threadId).find(
          (other) => other.state === 'sending' || other.state === 'waiting',
        );
        if (!item) return;
        const waitMs = await this.attempt(item, failures);
        failures = waitMs === null ? 0 : failures + 1;
        if (waitMs !== null) await untilRetry(waitMs);
      }
    } finally {
      this.flushing.delete(threadId);
    }
  }

  /** @returns how long to wait before the next attempt, milliseconds; null when this one is settled */
  private async attempt(item: Outgoing, failures: number): Promise<number | null> {
    try {
      const result = await trpc().message.send.mutate({
        id: item.id,
        threadId: item.threadId,
        text: item.text,
        name: visitorName(),
      });
      if (result.state === 'held') {
        this.change(item, { state: 'held', reason: 'It waits for a moderator.' });
        return null;
      }
      this.change(item, { state: 'sent', seq: result.message.seq, reason: null });
      this.onSent(result.message);
      return null;
    } catch (cause) {
      const error = callErrorOf(cause);
      this.change(item, { state: error.isPassing ? 'waiting' : 'failed', reason: error.message });
      return error.isPassing ? Math.max(error.data?.retryAfterMs ?? 0, reconnectDelayMs(failures)) : null;
    }
  }

  private change(item: Outgoing, change: Partial<Outgoing>): void {
    this.set(
      item.threadId,
      this.of(item.threadId).map((other) => (other.id === item.id ? { ...other, ...change } : other)),
    );
  }

  private set(threadId: string, items: readonly Outgoing[]): void {
    if (items.length > 0) this.threads.set(threadId, items);
    else this.threads.delete(threadId);
    for (const listener of this.listeners) listener();
  }
}

const none: readonly Outgoing[] = [];

/** Sleeps, but not longer than until the connection is back. */
function untilRetry(waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    window.addEventListener('online', done);
  });
}
