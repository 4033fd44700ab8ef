import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeSettings, startServer, type TestServer } from '@/server/testing/server';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import type { RoomView } from '@/shared/room';
import type { MessageView } from '@/shared/message';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

let room: RoomView;
let message: MessageView;
beforeEach(async () => {
  const alice = await makeMember();
  room = await makeRoom(alice);
  message = await say(alice, room.mainThreadId);
});
const many = '100000';

type Somebody = Record<'call' | 'ask', (path: string, input: unknown) => ReturnType<TestServer['send']>>;
const somebody = (): Somebody => {
  const headers = { 'x-foyer-visitor': randomBytes(32).toString('base64url') };
  return {
    call: (path, input) => server.send(`/api/trpc/${path}`, { headers, body: JSON.stringify(input) }),
    ask: (path, input) =>
      server.send(`/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers }),
  };
};
const send = (who: Somebody, id = newId()) =>
  who.call('message.send', { id, threadId: room.mainThreadId, text: 'Hello' });

/** What a person may do only so often, each as one more of it. */
const rules = [
  ['SENDS_PER_MINUTE', (who: Somebody) => send(who)],
  [
    'EDITS_PER_MINUTE',
    (who: Somebody) => who.call('message.edit', { threadId: room.mainThreadId, id: message.id, text: 'No' }),
  ],
  [
    'REACTIONS_PER_MINUTE',
    (who: Somebody) =>
      who.call('message.react', { threadId: room.mainThreadId, id: message.id, emoji: '👍', isOn: true }),
  ],
  [
    'REPORTS_PER_MINUTE',
    (who: Somebody) =>
      who.call('message.report', { threadId: room.mainThreadId, id: message.id, reason: 'spam' }),
  ],
  [
    'CREATES_PER_MINUTE',
    (who: Somebody) => who.call('thread.create', { id: newId(), roomId: room.id, title: 'A thread' }),
  ],
] as const;

describe('what one person may do in a minute', () => {
  afterEach(() => changeSettings(Object.fromEntries(rules.map(([setting]) => [setting, many]))));

  it.each(rules)(
    'S102: is bounded by %s, says when to come again, and binds nobody else',
    async (setting, act) => {
      const [who, other] = [somebody(), somebody()];
      // A stranger counts by address, and a person by themselves.
      for (const each of [who, other]) expect((await send(each)).status).toBe(200);
      changeSettings({ [setting]: '3' });
      const statuses = [];
      let last;
      for (let i = 0; i < 5; i++) statuses.push((last = await act(who)).status);
      expect(statuses).not.toContain(500);
      expect(statuses.at(-1)).toBe(429);
      expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
      expect(JSON.parse(last?.text ?? '')).toMatchObject({
        error: { data: { code: 'TOO_MANY_REQUESTS', reason: 'too_fast' } },
      });
      expect((await act(other)).status).not.toBe(429);
    },
  );
});

describe('searching', () => {
  afterEach(() => changeSettings({ SEARCHES_PER_MINUTE: many }));

  it('S102: is bounded for a person over titles and names together, and listing is not', async () => {
    const [who, other] = [somebody(), somebody()];
    for (const each of [who, other]) expect((await send(each)).status).toBe(200);
    changeSettings({ SEARCHES_PER_MINUTE: '3' });
    for (const path of ['thread.list', 'user.search', 'room.list'])
      expect((await who.ask(path, { search: 'a' })).status).toBe(200);
    for (const path of ['thread.list', 'user.search', 'room.list']) {
      const refused = await who.ask(path, { search: 'b' });
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    for (const input of [{}, { search: '' }]) expect((await who.ask('thread.list', input)).status).toBe(200);
    expect((await other.ask('thread.list', { search: 'a' })).status).toBe(200);
  });
});

describe('what comes from one address', () => {
  afterEach(() => changeSettings({ SENDS_PER_MINUTE_PER_ADDRESS: many, SENDS_PER_SECOND: many }));

  it('S102: is bounded for all its people together', async () => {
    const people = Array.from({ length: 4 }, somebody);
    changeSettings({ SENDS_PER_MINUTE_PER_ADDRESS: '3' });
    const statuses = [];
    for (const who of people) statuses.push((await send(who)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('S102: in one moment is bounded for each of them, also in one batch', async () => {
    const who = somebody();
    expect((await send(who)).status).toBe(200);
    changeSettings({ SENDS_PER_SECOND: '1' });
    const inputs = Array.from({ length: 10 }, (_, i) => [
      i,
      { id: newId(), threadId: room.mainThreadId, text: 'Hello' },
    ]);
    const path = `${inputs.map(() => 'message.send').join()}?batch=1`;
    const { text } = await who.call(path, Object.fromEntries(inputs));
    const told = JSON.parse(text) as { error?: { data: { code: string } } }[];
    const refused = told.filter((each) => each.error?.data.code === 'TOO_MANY_REQUESTS');
    expect(refused.length).toBeGreaterThan(0);
    expect(told.filter((each) => !each.error).length).toBe(10 - refused.length);
  });
});
