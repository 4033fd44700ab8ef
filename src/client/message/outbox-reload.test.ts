import { describe, expect, it } from 'vitest';
import {
  beforeEachTest,
  type FakeBrowser,
  type FakeServer,
  numbered,
  pass,
  states,
} from '@/client/message/outbox-fakes';
import { silentMaxMs } from '@/client/message/outbox-progress';

let server: FakeServer;
let browser: FakeBrowser;
beforeEachTest((...given) => ([server, browser] = given));

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
