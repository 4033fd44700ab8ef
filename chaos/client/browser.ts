import { compileFunction } from 'node:vm';
import { readFileSync } from 'node:fs';
import { memoryStore } from '@/client/message/outbox-store';
import type { OpenTabs, TabNews } from '@/client/message/outbox-tabs';
import { now, shortOf, type Event, type Delivery } from '../history';
import { roomsIn } from '../message-row';
import type { Person } from '../world';
import type { TabEvent } from './host';
import { globalNames, makePage, type Page } from './page';
import type { openTab, Tab } from './tab';

type Peer = { name: string; onNews(news: TabNews): void; onLead(isLeading: boolean): void };
export type OpenPage = { name: string; page: Page; tab: Tab };

export type BrowserOptions = {
  person: Person;
  bundle: string;
  baseUrl: string;
  random(): number;
  tell(event: Event | Delivery): void;
  /** Rooms that this person was never in and never will be. */
  foreignRooms: ReadonlySet<string>;
};

/** Compiled once, called for each tab: each call has module state of its own. */
export const loadBundle = (file: string) =>
  compileFunction(readFileSync(file, 'utf8'), [...globalNames], { filename: file }) as (
    ...globals: unknown[]
  ) => void;

/** A person's browser: its storage outlives its tabs, and one tab of several sends for all. */
export class Browser {
  readonly pages: OpenPage[] = [];
  private readonly storage: Map<string, string>;
  private readonly store = memoryStore();
  private readonly line: Peer[] = [];
  private tabs = 0;
  private isOpening = false;

  constructor(
    readonly options: BrowserOptions,
    private readonly run: ReturnType<typeof loadBundle>,
  ) {
    const { secret, name } = options.person;
    this.storage = new Map([
      ['foyer.visitor', secret],
      ['foyer.name', name],
    ]);
  }

  get ident(): string {
    return shortOf(this.options.person.id);
  }

  open(): OpenPage {
    const { baseUrl, random, person } = this.options;
    const name = `${this.ident}.${++this.tabs}`;
    const page = makePage({
      baseUrl,
      storage: this.storage,
      random,
      onBytes: (...heard) => this.onBytes(...heard),
      onNet: (what) => this.options.tell({ t: now(), f: 'net', tab: name, what }),
    });
    this.run(...page.globals);
    const open = page.exports()['openTab'] as typeof openTab;
    this.isOpening = true;
    const tab = open({
      owner: person.id,
      name,
      store: this.store,
      openTabs: this.join(name),
      isLeading: () => this.line[0]?.name === name,
      connection: page.connection,
      tell: (event) => this.tell(name, event),
    });
    const opened = { name, page, tab };
    this.pages.push(opened);
    this.isOpening = false;
    return opened;
  }

  /** Ends a tab as a browser does: without a word. */
  close(opened: OpenPage): void {
    for (const threadId of opened.tab.threadIds()) opened.tab.unwatch(threadId);
    opened.page.close();
    this.leave(opened.name);
    this.pages.splice(this.pages.indexOf(opened), 1);
  }

  /** What a tab that was closed still thinks it does reaches nobody. */
  private tell(tab: string, event: TabEvent): void {
    if (!this.isOpening && !this.pages.some((opened) => opened.name === tab)) return;
    this.options.tell({ ...event, t: now(), ident: this.ident, tab } as Event | Delivery);
  }

  private onBytes(channel: string, text: string): void {
    for (const room of roomsIn(text))
      if (this.options.foreignRooms.has(room))
        this.options.tell({ t: now(), f: 'bytes', ident: this.ident, channel, room });
  }

  /** The tabs' lock and channel: the first in line sends. */
  private readonly join =
    (name: string): OpenTabs =>
    (_owner, { onNews, onLead }) => {
      const peer: Peer = { name, onNews, onLead };
      this.line.push(peer);
      if (this.line[0] === peer) setImmediate(() => this.line[0] === peer && onLead(true));
      return {
        canLead: true,
        tell: (news) => {
          const heard = structuredClone(news);
          for (const other of this.line)
            if (other !== peer) setImmediate(() => this.line.includes(other) && other.onNews(heard));
        },
        takeOver: () => {
          const [leader] = this.line;
          if (!leader || leader === peer) return;
          this.line.splice(this.line.indexOf(peer), 1);
          this.line.unshift(peer);
          leader.onLead(false);
          onLead(true);
        },
        close: () => this.leave(name),
      };
    };

  private leave(name: string): void {
    const at = this.line.findIndex((peer) => peer.name === name);
    if (at < 0) return;
    this.line.splice(at, 1);
    const [next] = this.line;
    if (at === 0 && next) setImmediate(() => this.line[0] === next && next.onLead(true));
  }
}
