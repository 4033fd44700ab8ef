import { describe, expect, it } from 'vitest';
import {
  beforeEachTest,
  type FakeBrowser,
  type FakeServer,
  first,
  numbered,
  pass,
  states,
} from '@/client/message/outbox-fakes';

let server: FakeServer;
let browser: FakeBrowser;
beforeEachTest((...given) => ([server, browser] = given));

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

  it.each(['at once', 'when the connection comes back'])(
    'are sent in the order in which they were said, %s, before one has heard of the other',
    async (when) => {
      const [a, b] = [browser.open(), browser.open()];
      await pass();
      b.box.send('t', 'From B');
      await pass(0);
      a.box.send('t', 'From A');
      if (when !== 'at once') {
        browser.setLink(false);
        browser.setLink(true);
      }
      await pass();
      expect(server.heard).toEqual(['From B', 'From A']);
      expect(a.box.of('t').map((item) => item.attempts)).toEqual([1, 1]);
    },
  );

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
