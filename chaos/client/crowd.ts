import { now, shortOf, type Delivery, type Event } from '../history';
import { unreadAskMax } from '@/shared/unread';
import { randomOf, zipf, type Random } from '../seed';
import { loadBundle, Browser, type OpenPage } from './browser';
import type { CrowdOptions } from './orders';

/** The people of one worker process, each at a browser with one or more tabs. */
export class Crowd {
  readonly browsers: Browser[];
  private readonly random: Random;

  constructor(
    readonly options: CrowdOptions,
    readonly tell: (event: Event | Delivery) => void,
  ) {
    const { seed, world, share, plan } = options;
    this.random = randomOf(seed, `crowd ${share.index}`);
    const run = loadBundle(options.bundle);
    const people = world.people.filter((_, i) => i % share.of === share.index);
    this.browsers = people.map((person) => {
      const foreign = world.rooms.filter((room) => !room.members.includes(person.id));
      const browser = new Browser(
        {
          person,
          bundle: options.bundle,
          baseUrl: options.baseUrl,
          random: randomOf(seed, `jitter ${person.name}`).next,
          tell,
          foreignRooms: new Set(foreign.map((room) => shortOf(room.id))),
        },
        run,
      );
      const tabs = 1 + this.random.int(plan.tabsMax);
      for (let i = 0; i < tabs; i++) this.openTab(browser);
      return browser;
    });
  }

  /** The threads that a person may know of at the start, the most popular first. */
  threadsOf(browser: Browser): string[] {
    const { rooms, threads } = this.options.world;
    const own = new Set(
      rooms.filter((room) => room.members.includes(browser.options.person.id)).map((room) => room.id),
    );
    return threads.filter((thread) => own.has(thread.roomId)).map((thread) => thread.id);
  }

  openTab(browser: Browser): OpenPage {
    const opened = browser.open();
    const known = this.threadsOf(browser);
    const wanted = new Set<string>();
    const size = Math.min(this.options.plan.threadsPerTab, known.length);
    while (wanted.size < size) {
      const threadId = known[zipf(this.random, known.length)];
      if (threadId) wanted.add(threadId);
    }
    for (const threadId of wanted) opened.tab.watch(threadId);
    return opened;
  }

  pages(): OpenPage[] {
    return this.browsers.flatMap((browser) => browser.pages);
  }

  allThreadIds(): string[] {
    return this.options.world.threads.map((thread) => thread.id);
  }

  /**
   * What waits to be sent, and which streams do not stand where the database does.
   * @param shut the rooms that people may not read now, as `PERSON ROOM`
   */
  unsettled(revs: Readonly<Record<string, number>>, shut: ReadonlySet<string>): string[] {
    const threadIds = this.allThreadIds();
    const roomOf = new Map(this.options.world.threads.map((thread) => [thread.id, shortOf(thread.roomId)]));
    return this.browsers.flatMap(({ ident, pages }) =>
      pages.flatMap(({ name, tab }) => {
        const waiting = tab.pending(threadIds);
        const behind = tab.behind(revs).filter((id) => !shut.has(`${ident} ${roomOf.get(id)}`));
        return [
          ...(waiting > 0 ? [`${name} has ${waiting} to send`] : []),
          ...behind.map((id) => `${name} is behind in ${shortOf(id)}`),
        ];
      }),
    );
  }

  /**
   * Two tabs at each thread read as much of it as a page keeps: thousands of places, most threads' all.
   * @returns how many places are not there yet
   */
  readAll(): number {
    const pages = this.pages();
    return this.allThreadIds()
      .flatMap((id) =>
        pages
          .filter(({ tab }) => tab.feed(id))
          .slice(0, 2)
          .map(({ tab }) => tab.readAll(id)),
      )
      .reduce((sum, missing) => sum + missing, 0);
  }

  /** What everybody shows in the end, and how much is unread. */
  async tellFinals(): Promise<void> {
    const threadIds = this.allThreadIds();
    for (const browser of this.browsers) {
      for (const { tab } of browser.pages) tab.tellFinals(threadIds);
      const [first] = browser.pages;
      if (!first) continue;
      await this.tellUnread(browser.ident, first.tab, threadIds.slice(0, unreadAskMax));
    }
  }

  private async tellUnread(ident: string, tab: OpenPage['tab'], threadIds: string[]): Promise<void> {
    try {
      const { states } = await tab.trpc().inbox.unread.query({ threadIds });
      for (const { threadId, readState } of states)
        if (readState?.following && !readState.muted)
          this.tell({ t: now(), f: 'unread', ident, thread: shortOf(threadId), shown: readState.unread });
    } catch (cause) {
      const what = `${ident} could not ask what is unread: ${String(cause).slice(0, 200)}`;
      this.tell({ t: now(), f: 'probe', invariant: 'I13', isRight: false, what });
    }
  }

  close(): void {
    for (const browser of this.browsers) for (const opened of [...browser.pages]) browser.close(opened);
  }
}
