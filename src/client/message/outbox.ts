import { v7 as newId } from 'uuid';
import {
  addDelete,
  addEdit,
  addReact,
  addRestore,
  append,
  askAgain,
  changeText,
  discard,
  retry,
  type Op,
} from '@/client/message/outbox-change';
import { OutboxSession, type SessionPorts } from '@/client/message/outbox-session';
import type { OutboxItem, SendItem } from '@/client/message/outbox-item';
import { claimed, settle } from '@/client/message/outbox-progress';
import type { QuoteView } from '@/shared/message';

/** @see {SendItem} */
export type Outgoing = SendItem;
export type OutboxPorts = SessionPorts & {
  /** Names the person at this browser; see `ownerKey`. */
  owner(): string;
};

/**
 * All that a person did and the server has to learn of. It is shown at once, kept in this browser until it
 * is acknowledged, and sent in order, whichever tab and however late; nothing of it blocks or throws.
 */
export class Outbox {
  private session: OutboxSession | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly ports: OutboxPorts) {}

  /** Whether all of it would survive the end of this tab. */
  get isKept(): boolean {
    return this.session?.keeper.isKept ?? true;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.current();
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The items of a thread, in the order in which they are sent; the same array until one changes. */
  readonly of = (threadId: string): readonly OutboxItem[] => this.session?.keeper.line(threadId) ?? none;

  /** @param replyTo what it answers, as the timeline shows it */
  send(threadId: string, text: string, replyTo: QuoteView | null = null): void {
    const session = this.current();
    const item = { ...this.item(threadId), kind: 'send' as const, id: newId(), text, replyTo };
    if (!session.canStart(threadId)) return this.run(append(item));
    const started = claimed(item);
    this.run(append(started));
    session.start(started);
  }

  edit(threadId: string, messageId: string, text: string): void {
    this.run(addEdit({ ...this.item(threadId), kind: 'edit', messageId, text }, newId()));
  }

  remove(threadId: string, messageId: string): void {
    this.run(addDelete({ ...this.item(threadId), kind: 'delete', messageId }));
  }

  restore(threadId: string, messageId: string): void {
    this.run(addRestore({ ...this.item(threadId), kind: 'restore', messageId }));
  }

  react(threadId: string, messageId: string, emoji: string, isOn: boolean): void {
    this.run(addReact({ ...this.item(threadId), kind: 'react', messageId, emoji, isOn }));
  }

  /** Sends what failed or waits, now. */
  retry(item: Pick<OutboxItem, 'itemId'>): void {
    this.run(retry(item.itemId, { now: nowIso(), newId: newId() }), item.itemId);
    this.current().wake();
  }

  /** Learns what moderators have decided on what waits for them. */
  askAgain(): void {
    this.run(askAgain(nowIso()));
  }

  discard(item: Pick<OutboxItem, 'itemId'>): void {
    this.run(discard(item.itemId));
  }

  /** Changes a send that failed and sends it again, from its old place. */
  changeText(item: Pick<OutboxItem, 'itemId'>, text: string): void {
    this.run(changeText(item.itemId, { text, now: nowIso(), newId: newId() }), item.itemId);
    this.current().wake();
  }

  /** Forgets acknowledged messages that the timeline shows by now. */
  settle(threadId: string, headSeq: number): void {
    const op = settle(threadId, headSeq);
    const items = new Map(this.of(threadId).map((item) => [item.itemId, item]));
    if (op(items).drop?.length) this.run(op);
  }

  /**
   * Wipes everything of the person at this browser, in all tabs. Await it before their secret goes.
   * @returns whether it is off the disk; false when the disk could not be reached
   */
  forgetOwner(): Promise<boolean> {
    return this.current().forget();
  }

  /** How many of the person's items the server has not acknowledged. */
  unsentCount(): number {
    const items = [...this.current().keeper.allLines().values()].flat();
    return items.filter((item) => item.state !== 'sent').length;
  }

  /** Reads again what is kept: somebody has put items there. */
  lookAgain(): void {
    const session = this.current();
    void session.keeper.refresh().then(() => session.wake());
  }

  /** Looks whether the person at this browser is still the same; what another made is neither shown nor sent. */
  checkOwner(): void {
    this.current();
  }

  private current(): OutboxSession {
    const owner = this.ports.owner();
    if (this.session?.owner === owner) return this.session;
    this.session?.close();
    const tell = () => {
      for (const listener of this.listeners) listener();
    };
    const isCurrent = () => {
      if (this.ports.owner() === owner) return true;
      queueMicrotask(() => this.checkOwner());
      return false;
    };
    this.session = new OutboxSession(owner, this.ports, { onChange: tell, isCurrent });
    tell();
    return this.session;
  }

  /** @param itemId one that this tab has taken on */
  private run(op: Op, itemId?: string): void {
    this.current().run(op, itemId);
  }

  private item(threadId: string) {
    return {
      itemId: newId(),
      owner: this.ports.owner(),
      threadId,
      place: 0,
      queuedAt: nowIso(),
      wantedAt: nowIso(),
      state: this.ports.link.isLive() ? ('sending' as const) : ('waiting' as const),
      reason: null,
      code: null,
      attempts: 0,
      unanswered: 0,
      seq: null,
      version: 0,
    };
  }
}

const none: readonly OutboxItem[] = [];
const nowIso = () => new Date().toISOString();
