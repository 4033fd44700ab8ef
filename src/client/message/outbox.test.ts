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
import { silentMaxMs, tooOldReason } from '@/client/message/outbox-progress';

let server: FakeServer;
let browser: FakeBrowser;
beforeEachTest((...given) => ([server, browser] = given));

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
