import { askAgain, dropAll, type Op } from '@/client/message/outbox-change';
import { Flusher, type FlusherPorts } from '@/client/message/outbox-flush';
import { nextOf, type OutboxItem } from '@/client/message/outbox-item';
import { OutboxKeeper } from '@/client/message/outbox-keeper';
import { dropOld } from '@/client/message/outbox-progress';
import type { OutboxStore } from '@/client/message/outbox-store';
import type { OpenTabs, TabNews, Tabs } from '@/client/message/outbox-tabs';
import type { MessageView } from '@/shared/message';

/** How long an item may stand first in line, with the connection up, before this tab takes over. */
const leaderMaxMs = 6_000;

export type SessionPorts = Omit<FlusherPorts, 'isOurs' | 'onWritten'> & {
  store: OutboxStore;
  openTabs: OpenTabs;
  /** The server's answer; `isOwn`: the person wrote the message. */
  onWritten(message: MessageView, isOwn: boolean): void;
};

/** One person's outbox in this tab: what is kept, who of the tabs sends it, and the sending. */
export class OutboxSession {
  readonly keeper: OutboxKeeper;
  private readonly flusher: Flusher;
  private readonly tabs: Tabs;
  private isLeading = false;
  private isClosed = false;
  /** Whether another tab was heard of: what was said there may be kept, and not known here yet. */
  private hasCompany = false;
  private wasUp: boolean;
  /** Where no tab can lead: what this tab made, took on, or found when it was opened. */
  private readonly own = new Set<string>();
  private readonly stopListening: () => void;
  private watchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly owner: string,
    private readonly ports: SessionPorts,
    /** `isCurrent`: whether the person is the one at this browser. */
    private readonly outside: { onChange(): void; isCurrent(): boolean },
  ) {
    this.keeper = new OutboxKeeper(owner, ports.store, {
      change: () => this.isClosed || outside.onChange(),
      written: (change) => this.tabs.tell({ type: 'change', change }),
    });
    this.flusher = new Flusher(this.keeper, {
      ...ports,
      isOurs: (item) => this.isOurs(item),
      onWritten: (message, kind) => this.onWritten(message, kind === 'send'),
    });
    this.tabs = ports.openTabs(owner, {
      onNews: (news) => this.onNews(news),
      onLead: (isLeading) => void this.lead(isLeading),
    });
    this.wasUp = ports.link.isLive();
    this.stopListening = ports.link.subscribe(() => this.onLink());
    this.tabs.tell({ type: 'here', isAnswer: false });
    void this.open();
  }

  canStart(threadId: string): boolean {
    return this.isLeading && !this.hasCompany && this.flusher.canStart(threadId);
  }

  /** Sends an item that was made as claimed. */
  start(item: OutboxItem): void {
    this.flusher.start(item);
  }

  /** @param itemId one that this tab takes on */
  run(op: Op, itemId?: string): void {
    const before = new Set(this.ids());
    const kept = this.keeper.run(op, true);
    for (const id of this.ids()) if (id === itemId || !before.has(id)) this.own.add(id);
    void kept.then(() => this.flusher.pump());
    this.watchLeader();
  }

  wake(): void {
    this.flusher.wake();
    this.tabs.tell({ type: 'wake' });
  }

  /** @returns whether it is off the disk */
  async forget(): Promise<boolean> {
    await this.keeper.run(dropAll, true);
    this.tabs.tell({ type: 'forget' });
    return this.keeper.isKept;
  }

  close(): void {
    this.isClosed = true;
    this.isLeading = false;
    clearTimeout(this.watchTimer);
    this.flusher.close();
    this.stopListening();
    this.tabs.close();
  }

  /** What is kept is read once; from then on the tabs tell each other. */
  private async open(): Promise<void> {
    await this.keeper.run(dropOld(Date.now()));
    await this.keeper.run(askAgain(new Date().toISOString()));
    for (const id of this.ids()) this.own.add(id);
    this.flusher.pump();
  }

  private async lead(isLeading: boolean): Promise<void> {
    if (this.isClosed) return;
    this.isLeading = isLeading;
    if (!isLeading) return;
    // What the tab that led before has done last may not have been told.
    await this.keeper.refresh();
    this.flusher.pump();
  }

  /** Phones stop tabs that are out of sight, and leave them the lock: what does not move is taken over. */
  private watchLeader(): void {
    if (this.watchTimer || this.isLeading || !this.tabs.canLead) return;
    const before = this.heads();
    if (before.size === 0) return;
    this.watchTimer = setTimeout(() => {
      this.watchTimer = undefined;
      const isStuck = [...this.heads()].some((head) => before.has(head));
      if (isStuck && !this.isLeading && this.ports.link.isLive()) this.tabs.takeOver();
      else if (this.ports.link.isLive()) this.watchLeader();
    }, leaderMaxMs);
  }

  /** What is next in each line, in its present state. */
  private heads(): Set<string> {
    const heads = [...this.keeper.allLines().values()].flatMap((line) => nextOf(line) ?? []);
    return new Set(heads.map((item) => `${item.itemId} ${item.version}`));
  }

  private isOurs(item: OutboxItem): boolean {
    if (this.isClosed || !this.outside.isCurrent()) return false;
    if (this.isLeading || this.keeper.isOnlyHere(item.itemId)) return true;
    return !this.tabs.canLead && this.own.has(item.itemId);
  }

  private onWritten(message: MessageView, isOwn: boolean): void {
    this.ports.onWritten(message, isOwn);
    this.tabs.tell({ type: 'written', message, isOwn });
  }

  private onNews(news: TabNews): void {
    this.hasCompany = true;
    switch (news.type) {
      case 'change':
        this.keeper.hear(news.change);
        return this.flusher.pump();
      case 'written':
        return this.ports.onWritten(news.message, news.isOwn);
      case 'forget':
        // Also what was said here while the other tab was wiping.
        return void this.keeper.run(dropAll, true);
      case 'wake':
        return this.flusher.wake();
      case 'here':
        if (!news.isAnswer) this.tabs.tell({ type: 'here', isAnswer: true });
    }
  }

  /** A tab in the background may learn of the connection much later than one in sight. */
  private onLink(): void {
    const isUp = this.ports.link.isLive();
    if (isUp && !this.wasUp) {
      this.tabs.tell({ type: 'wake' });
      void this.keeper.refresh().then(() => this.run(askAgain(new Date().toISOString())));
      this.watchLeader();
    }
    this.wasUp = isUp;
  }

  private ids(): string[] {
    return [...this.keeper.allLines().values()].flat().map((item) => item.itemId);
  }
}
