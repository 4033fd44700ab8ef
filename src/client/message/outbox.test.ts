import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '@/client/message/outbox';
import type { Deliver, Link } from '@/client/message/outbox-flush';
import type { OutboxItem, Outcome } from '@/client/message/outbox-item';
import { silentMaxMs, tooOldReason } from '@/client/message/outbox-progress';
import { memoryStore, type OutboxStore } from '@/client/message/outbox-store';
import type { OpenTabs } from '@/client/message/outbox-tabs';
import type { MessageView } from '@/shared/message';

const lost: Outcome = { type: 'passing', reason: 'No answer.', retryAfterMs: null, isStored: null };
const archived: Outcome = { type: 'refused', code: 'FORBIDDEN', reason: 'It is archived.' };

/** A server that stores a message once per id, and answers as it is told. */
class FakeServer {
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
class FakeBrowser {
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

let server: FakeServer;
let browser: FakeBrowser;
const pass = (ms = 100) => vi.advanceTimersByTimeAsync(ms);
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `Message ${i + 1}`);
const states = (box: Outbox, threadId = 't') => box.of(threadId).map((item) => item.state);
const first = (box: Outbox): OutboxItem => {
  const item = box.of('t')[0];
  if (!item) throw new Error('The line is empty.');
  return item;
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-05-05T10:00:00Z') });
  server = new FakeServer();
  browser = new FakeBrowser(server);
});
afterEach(() => vi.useRealTimers());

describe('sending', () => {
  it('shows at once, sends at once, and keeps the row until the timeline has it', async () => {
    const { box } = browser.open();
    await pass();
    box.send('t', 'Hi');
    expect(states(box)).toEqual(['sending']);
    expect(server.inFlight).toBe(1);
    await pass();
    expect(box.of('t')).toMatchObject([{ state: 'sent', seq: 1, unanswered: 0 }]);
    box.settle('t', 0);
    expect(states(box)).toEqual(['sent']);
    box.settle('t', 1);
    expect(box.of('t')).toEqual([]);
  });

  it('keeps the order in a thread, one at a time, with four threads side by side', async () => {
    const { box } = browser.open();
    await pass();
    const threads = ['t', 'u', 'v', 'w', 'x', 'y'];
    for (const text of numbered(5)) for (const thread of threads) box.send(thread, text);
    await pass(1_000);
    for (const thread of threads) expect(server.texts(thread)).toEqual(numbered(5));
    expect(server.mostInFlight).toBe(4);
  });

  it('gives the same array while nothing changes, and keeps rows that did not', async () => {
    browser.setLink(false);
    const { box } = browser.open();
    await pass();
    box.send('t', 'One');
    await pass();
    const line = box.of('t');
    expect(box.of('t')).toBe(line);
    box.send('u', 'Elsewhere');
    await pass();
    expect(box.of('t')).toBe(line);
    box.send('t', 'Two');
    await pass();
    expect(box.of('t')[0]).toBe(line[0]);
  });

  it('sends nothing while the browser is offline, and all of it once it is back', async () => {
    browser.setLink(false);
    const { box } = browser.open();
    for (const text of numbered(50)) box.send('t', text);
    await pass(600_000);
    expect(server.heard).toEqual([]);
    expect(new Set(states(box))).toEqual(new Set(['waiting']));
    browser.setLink(true);
    await pass(2_000);
    expect(server.texts()).toEqual(numbered(50));
  });

  it('tries other ways when the connection stays away while there is a network', async () => {
    browser.setLink(false, false);
    const { box } = browser.open();
    box.send('t', 'Hi');
    await pass(2_900);
    expect(server.heard).toEqual([]);
    await pass(200);
    expect(server.texts()).toEqual(['Hi']);
  });
});

describe('failures', () => {
  it('that pass are tried again under the same id, later and later', async () => {
    const { box } = browser.open();
    await pass();
    let failures = 3;
    server.answer = () => (failures-- > 0 ? lost : null);
    box.send('t', 'Hi');
    await pass(50);
    const { state, reason } = first(box);
    expect([state, reason]).toEqual(['waiting', 'No answer.']);
    await pass(1_000);
    expect(server.heard).toHaveLength(2);
    await pass(1_900);
    expect(server.heard).toHaveLength(2);
    await pass(10_000);
    expect(server.heard).toHaveLength(4);
    expect(server.texts()).toEqual(['Hi']);
  });

  it('that pass are tried again at once when the connection is back', async () => {
    const { box } = browser.open();
    await pass();
    server.answer = () => lost;
    box.send('t', 'Hi');
    await pass(8_000);
    const before = server.heard.length;
    browser.setLink(false);
    server.answer = () => null;
    browser.setLink(true);
    await pass(10);
    expect(server.heard).toHaveLength(before + 1);
    expect(states(box)).toEqual(['sent']);
  });

  it('of a limit wait as long as the server says, whatever the connection does', async () => {
    const { box } = browser.open();
    await pass();
    server.answer = () => ({ type: 'passing', reason: 'Slowly.', retryAfterMs: 5_000, isStored: false });
    box.send('t', 'Hi');
    await pass(50);
    browser.setLink(false);
    browser.setLink(true);
    await pass(4_800);
    expect(server.heard).toHaveLength(1);
    expect(first(box)).toMatchObject({ state: 'waiting', unanswered: 0 });
    server.answer = () => null;
    await pass(300);
    expect(states(box)).toEqual(['sent']);
  });

  it('that stay move aside with their reason and let the next ones pass', async () => {
    const { box } = browser.open();
    await pass();
    server.answer = (item) => (item.kind === 'send' && item.text === 'Bad' ? archived : null);
    box.send('t', 'Bad');
    box.send('t', 'Good');
    box.send('u', 'Elsewhere');
    await pass();
    expect(box.of('t')).toMatchObject([{ state: 'failed', reason: 'It is archived.' }, { state: 'sent' }]);
    expect(server.texts('u')).toEqual(['Elsewhere']);
  });

  it('hold back what depends on them, until it is tried again', async () => {
    const { box } = browser.open();
    await pass();
    server.answer = () => archived;
    box.send('t', 'Bad');
    const { itemId } = first(box);
    box.react('t', (first(box) as { id: string } & OutboxItem).id, '👍', true);
    await pass();
    expect(states(box)).toEqual(['failed', 'sending']);
    server.answer = () => null;
    box.retry({ itemId });
    await pass();
    expect(server.heard).toEqual(['Bad', 'Bad', 'react']);
    expect(states(box)).toEqual(['sent']);
  });

  it('can be given up, with what depends on them', async () => {
    const { box } = browser.open();
    await pass();
    server.answer = () => archived;
    box.send('t', 'Bad');
    await pass();
    box.react('t', (first(box) as { id: string } & OutboxItem).id, '👍', true);
    box.discard(first(box));
    expect(box.of('t')).toEqual([]);
    await pass();
    expect(browser.open().box.of('t')).toEqual([]);
  });

  it('are sent with another text without ever meeting a conflict', async () => {
    const { box } = browser.open();
    await pass();
    server.isAnswerLost = true;
    box.send('t', 'First text');
    await pass(20);
    server.answer = () => archived;
    await pass(3_000);
    expect(states(box)).toEqual(['failed']);
    server.answer = () => null;
    server.isAnswerLost = false;
    box.changeText(first(box), 'Second text');
    await pass();
    expect(states(box)).toEqual(['sent']);
    expect(server.texts()).toEqual(['First text', 'Second text']);
  });
});

describe('age', () => {
  it('of more than a day makes it ask, and goes with the answer', async () => {
    browser.setLink(false);
    const { box } = browser.open();
    box.send('t', 'Old');
    await pass(silentMaxMs - 1_000);
    box.send('t', 'Young');
    await pass(2_000);
    browser.setLink(true);
    await pass();
    expect(box.of('t')).toMatchObject([{ state: 'failed', reason: tooOldReason }, { state: 'sent' }]);
    box.retry(first(box));
    await pass();
    expect(server.texts()).toEqual(['Young', 'Old']);
  });
});

describe('a reload or crash', () => {
  it('loses nothing that waits, and keeps the order', async () => {
    browser.setLink(false);
    const before = browser.open();
    for (const text of numbered(10)) before.box.send('t', text);
    await pass();
    before.crash();
    const { box } = browser.open();
    await pass();
    expect(box.of('t').map((item) => item.kind === 'send' && item.text)).toEqual(numbered(10));
    browser.setLink(true);
    await pass(1_000);
    expect(server.texts()).toEqual(numbered(10));
  });

  it('between the answer and its writing sends again under the same id', async () => {
    const before = browser.open();
    await pass();
    before.box.send('t', 'Hi');
    await pass(2);
    before.crash();
    await pass();
    expect(server.texts()).toEqual(['Hi']);
    const { box } = browser.open();
    await pass();
    expect(server.heard).toEqual(['Hi', 'Hi']);
    expect(server.texts()).toEqual(['Hi']);
    expect(states(box)).toEqual(['sent']);
  });

  it('after the answer does not send again, and still shows the row', async () => {
    const before = browser.open();
    await pass();
    before.box.send('t', 'Hi');
    await pass();
    before.crash();
    const { box } = browser.open();
    await pass(60_000);
    expect(server.heard).toEqual(['Hi']);
    expect(box.of('t')).toMatchObject([{ state: 'sent', seq: 1 }]);
    await pass(silentMaxMs);
    const later = browser.open();
    await pass();
    expect(later.box.of('t')).toEqual([]);
  });
});

describe('several tabs', () => {
  it('show the same, and one sends for all', async () => {
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    a.box.send('t', 'From A');
    await pass();
    b.box.send('t', 'From B');
    await pass();
    expect(server.heard).toEqual(['From A', 'From B']);
    expect(a.box.of('t')).toEqual(b.box.of('t'));
    expect(states(a.box)).toEqual(['sent', 'sent']);
  });

  it('hand the sending over when the one that does it ends', async () => {
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    server.latencyMs = 30;
    for (const text of numbered(20)) a.box.send('t', text);
    await pass(100);
    a.crash();
    await pass(2_000);
    expect(server.texts()).toEqual(numbered(20));
    expect(states(b.box)).toEqual(numbered(20).map(() => 'sent'));
  });

  it('take over from one that has the lock and does not stir', async () => {
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    a.freeze();
    b.box.send('t', 'Is anybody there?');
    await pass(5_000);
    expect(server.heard).toEqual([]);
    await pass(2_000);
    expect(server.texts()).toEqual(['Is anybody there?']);
  });

  it('keep an acknowledged row until their own timeline shows it', async () => {
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    a.box.send('t', 'Hi');
    await pass();
    a.box.settle('t', 1);
    await pass();
    expect([states(a.box), states(b.box)]).toEqual([[], ['sent']]);
    b.box.settle('t', 1);
    await pass();
    expect(b.box.of('t')).toEqual([]);
    expect(browser.open().box.of('t')).toEqual([]);
  });

  it('agree on who was first when one edits what the other is about to send', async () => {
    browser.setLink(false);
    const [a, b] = [browser.open(), browser.open()];
    a.box.send('t', 'Teh text');
    await pass();
    const item = first(b.box);
    if (item.kind !== 'send') throw new Error('A send was expected.');
    b.box.edit('t', item.id, 'The text');
    browser.setLink(true);
    await pass(500);
    const sent = server.texts()[0];
    expect(server.heard).toEqual(sent === 'The text' ? ['The text'] : ['Teh text', 'edit']);
    expect(server.heard).not.toContain('conflict');
  });

  it('send their own where none can be chosen', async () => {
    browser.canLead = false;
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    a.box.send('t', 'From A');
    await pass();
    b.box.send('t', 'From B');
    await pass();
    expect(server.heard).toEqual(['From A', 'From B']);
  });
});

describe('a store that fails', () => {
  const broken: OutboxStore = { change: () => Promise.reject(new DOMException('', 'QuotaExceededError')) };

  it('is told of, and sending goes on from memory', async () => {
    browser.store = broken;
    const [a, b] = [browser.open(), browser.open()];
    await pass();
    expect(a.box.isKept).toBe(false);
    for (const text of numbered(3)) b.box.send('t', text);
    expect(states(b.box)).toEqual(['sending', 'sending', 'sending']);
    await pass();
    expect(server.texts()).toEqual(numbered(3));
    b.box.settle('t', 3);
    await pass();
    expect(b.box.of('t')).toEqual([]);
  });

  it('takes what it missed once it works again', async () => {
    const working = browser.store;
    browser.setLink(false);
    const { box, crash } = browser.open();
    await pass();
    browser.store = broken;
    box.send('t', 'One');
    await pass();
    expect(box.isKept).toBe(false);
    browser.store = working;
    box.send('t', 'Two');
    await pass();
    expect(box.isKept).toBe(true);
    crash();
    const next = browser.open();
    await pass();
    expect(next.box.of('t').map((item) => item.kind === 'send' && item.text)).toEqual(['One', 'Two']);
  });
});

describe('another person', () => {
  it('neither sees nor sends what waits, and the first finds it again', async () => {
    browser.setLink(false);
    const { box } = browser.open();
    box.send('t', 'From Alice');
    await pass();
    browser.owner = 'bob';
    box.checkOwner();
    expect(box.of('t')).toEqual([]);
    browser.setLink(true);
    await pass(5_000);
    box.send('t', 'From Bob');
    await pass();
    expect(server.texts()).toEqual(['From Bob']);
    browser.owner = 'alice';
    box.checkOwner();
    await pass();
    expect(server.texts()).toEqual(['From Bob', 'From Alice']);
  });

  it('is noticed before an attempt, also when nobody has told of the change', async () => {
    browser.setLink(false);
    const { box } = browser.open();
    box.send('t', 'From Alice');
    await pass();
    browser.owner = 'bob';
    browser.setLink(true);
    await pass(5_000);
    expect(server.heard).toEqual([]);
    expect(box.of('t')).toEqual([]);
  });

  it('leaves nothing behind that was told to be forgotten', async () => {
    browser.setLink(false);
    const [a, b] = [browser.open(), browser.open()];
    a.box.send('t', 'Secret');
    await pass();
    expect(await a.box.forgetOwner()).toBe(true);
    await pass();
    expect([a.box.of('t'), b.box.of('t'), browser.open().box.of('t')]).toEqual([[], [], []]);
    let left = -1;
    await browser.store.change(
      'alice',
      (items) => {
        left = items.size;
        return { put: [], drop: [] };
      },
      true,
    );
    expect(left).toBe(0);
  });
});
