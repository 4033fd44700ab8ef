import { afterEach, beforeEach, vi } from 'vitest';
import { Outbox } from '@/client/message/outbox';
import type { Deliver, Link } from '@/client/message/outbox-flush';
import type { OutboxItem, Outcome } from '@/client/message/outbox-item';
import { memoryStore, type OutboxStore } from '@/client/message/outbox-store';
import type { OpenTabs } from '@/client/message/outbox-tabs';
import type { MessageView } from '@/shared/message';

/** What the tests of the outbox put in place of a server, a browser and its tabs. */

export const lost: Outcome = { type: 'passing', reason: 'No answer.', retryAfterMs: null, isStored: null };
export const archived: Outcome = { type: 'refused', code: 'FORBIDDEN', reason: 'It is archived.' };

/** A server that stores a message once per id, and answers as it is told. */
export class FakeServer {
  readonly stored: { id: string; threadId: string; text: string }[] = [];
  /** Everything that arrived, in order. */
  readonly heard: string[] = [];
  inFlight = 0;
  mostInFlight = 0;
  latencyMs = 5;
  /** Stands in for the usual answer. */
  answer: (item: OutboxItem) => Outcome | null = () => null;
  /** Whether the answer to what was stored gets lost. */
  isAnswerLost = false;

  readonly deliver: Deliver = async (item) => {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    this.inFlight--;
    const special = this.answer(item);
    this.heard.push(item.kind === 'send' ? item.text : item.kind);
    if (special) return special;
    const message = this.store(item);
    if (message === 'conflict') return { type: 'refused', code: 'CONFLICT', reason: 'The id is taken.' };
    return this.isAnswerLost ? lost : { type: 'done', message };
  };

  texts(threadId = 't'): string[] {
    return this.stored.filter((row) => row.threadId === threadId).map((row) => row.text);
  }

  private store(item: OutboxItem): MessageView | 'conflict' {
    if (item.kind !== 'send') return { id: item.messageId, seq: 1 } as MessageView;
    const { id, threadId, text } = item;
    const known = this.stored.find((row) => row.id === id);
    if (known && known.text !== text) return 'conflict';
    if (!known) this.stored.push({ id, threadId, text });
    const seq = this.stored.filter((row) => row.threadId === threadId).findIndex((row) => row.id === id) + 1;
    return { id, seq, threadId } as MessageView;
  }
}

/** A browser: tabs that share a store, a lock and a channel. */
export class FakeBrowser {
  owner = 'alice';
  isOffline = false;
  isLive = true;
  store: OutboxStore = memoryStore();
  canLead = true;
  readonly written: string[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly tabs: { owner: string; isDead: boolean; on: Parameters<OpenTabs>[1] }[] = [];

  constructor(readonly server: FakeServer) {}

  open(): { box: Outbox; crash(): void; freeze(): void } {
    const mine: { isDead: boolean; owner: string; on: Parameters<OpenTabs>[1] }[] = [];
    const alive = { is: true };
    const openTabs: OpenTabs = (owner, on) => {
      const tab = { owner, isDead: false, on };
      this.tabs.push(tab);
      mine.push(tab);
      queueMicrotask(() => this.elect(owner));
      return {
        canLead: this.canLead,
        tell: (news) => {
          const others = this.tabs.filter((other) => other !== tab && !other.isDead && other.owner === owner);
          const copy = structuredClone(news);
          setTimeout(() => others.forEach((other) => other.isDead || other.on.onNews(copy)), 1);
        },
        takeOver: () => {
          for (const other of this.tabs) if (other !== tab && !other.isDead) other.on.onLead(false);
          on.onLead(true);
        },
        close: () => this.end(tab, owner),
      };
    };
    const link: Link = {
      isLive: () => this.isLive,
      isOffline: () => this.isOffline,
      subscribe: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
    const box = new Outbox({
      store: {
        change: (owner, change, isStrict) =>
          alive.is ? this.store.change(owner, change, isStrict) : new Promise(() => {}),
      },
      openTabs,
      owner: () => this.owner,
      // A dead tab hears no answer.
      deliver: async (item, signal) => {
        const outcome = await this.server.deliver(item, signal);
        return alive.is ? outcome : new Promise<never>(() => {});
      },
      link,
      delayMs: (failures) => 1_000 * 2 ** failures,
      onWritten: (message) => this.written.push(message.id),
    });
    box.subscribe(() => {});
    return {
      box,
      freeze: () => {
        alive.is = false;
        for (const tab of mine) tab.on.onNews = tab.on.onLead = () => {};
      },
      crash: () => {
        alive.is = false;
        for (const tab of mine) this.end(tab, tab.owner);
      },
    };
  }

  setLink(isLive: boolean, isOffline = !isLive): void {
    this.isLive = isLive;
    this.isOffline = isOffline;
    for (const listener of this.listeners) listener();
  }

  private end(tab: { owner: string; isDead: boolean }, owner: string): void {
    tab.isDead = true;
    this.elect(owner);
  }

  /** The tab that has waited longest has the lock. */
  private elect(owner: string): void {
    if (!this.canLead) return;
    this.tabs.find((tab) => !tab.isDead && tab.owner === owner)?.on.onLead(true);
  }
}

/** Gives each test a server and a browser of its own, at a time that only the test moves on. */
export function beforeEachTest(give: (server: FakeServer, browser: FakeBrowser) => void): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-05-05T10:00:00Z') });
    const server = new FakeServer();
    give(server, new FakeBrowser(server));
  });
  afterEach(() => vi.useRealTimers());
}

export const pass = (ms = 100) => vi.advanceTimersByTimeAsync(ms);
export const numbered = (count: number) => Array.from({ length: count }, (_, i) => `Message ${i + 1}`);
export const states = (box: Outbox, threadId = 't') => box.of(threadId).map((item) => item.state);
export const first = (box: Outbox): OutboxItem => {
  const item = box.of('t')[0];
  if (!item) throw new Error('The line is empty.');
  return item;
};
