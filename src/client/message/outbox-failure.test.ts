import { describe, expect, it } from 'vitest';
import {
  beforeEachTest,
  archived,
  type FakeBrowser,
  type FakeServer,
  first,
  lost,
  numbered,
  pass,
  states,
} from '@/client/message/outbox-fakes';
import type { OutboxItem } from '@/client/message/outbox-item';
import { type OutboxStore } from '@/client/message/outbox-store';

let server: FakeServer;
let browser: FakeBrowser;
beforeEachTest((...given) => ([server, browser] = given));

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
