import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryBus, type Bus, type BusEvent, type Topic } from '@/server/realtime/bus';
import { seal } from '@/server/realtime/bus-message';
import { RedisBus } from '@/server/realtime/redis-bus';
import { newId } from '@/server/testing/factories';
import { redisProgram, startRedis, type TestRedis } from '@/server/testing/redis';
import { eventually, pause } from '@/server/testing/server';
import { busEventMaxBytes } from '@/shared/limits';
import type { ThreadReadState } from '@/shared/thread';

const quietly = () => undefined;
const pointer = (rev: number): BusEvent => ({ type: 'changed', rev, aclRev: 0 });
/** Posts with these texts, as one batch. */
function batchOf(threadId: string, texts: string[]): Extract<BusEvent, { type: 'changes' }>['batch'] {
  const author = { id: newId(), kind: 'visitor' as const };
  const moment = '2026-01-01T00:00:00.000Z';
  const changes = texts.map((text, i) => ({
    ...{ id: newId(), threadId, seq: i + 1, rev: i + 1, kind: 'text' as const, author, text, replyTo: null },
    ...{ createdAt: moment, editedAt: null, deletedAt: null, reactions: [], thread: null },
  }));
  const head = {
    ...{ id: threadId, roomId: newId(), title: 'Thread', seq: texts.length, firstSeq: 1, rev: texts.length },
    ...{ headRev: 0, cursor: `e.${texts.length}`, lastMessageAt: moment, archivedAt: null, lockedAt: null },
  };
  const people = { [author.id]: { ...author, name: 'Otter' } };
  return { type: 'changes', from: 0, to: texts.length, changes, people, head };
}
const opened: Bus[] = [];
let redis: TestRedis;
beforeAll(async () => {
  if (redisProgram) redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bus) => bus.close()));
});
afterAll(() => redis?.stop());

function openRedisBus(): RedisBus {
  const bus = new RedisBus(redis.url, quietly);
  opened.push(bus);
  return bus;
}

/** What a bus says of a topic, once it is known to listen. */
async function listen(bus: Bus, topic: Topic): Promise<{ heard: BusEvent[]; stop(): void }> {
  const heard: BusEvent[] = [];
  let isJoined = bus.stand().kind === 'memory';
  const forget = bus.onJoined((topics) => (isJoined ||= topics.includes(topic)));
  const stop = bus.subscribe(topic, (event) => heard.push(event));
  await eventually(() => isJoined);
  forget();
  return { heard, stop };
}

const kinds = [
  {
    kind: 'in memory',
    link: () => {
      const bus = memoryBus(quietly);
      return [bus, bus];
    },
    isThere: true,
  },
  { kind: 'over Redis', link: () => [openRedisBus(), openRedisBus()], isThere: redisProgram !== null },
];

describe.each(kinds)('a bus $kind', ({ link, isThere }) => {
  let near: Bus;
  let far: Bus;
  beforeEach(async (context) => {
    if (!isThere) return context.skip();
    const [one, other] = link();
    if (!one || !other) throw new Error('A link has two ends.');
    [near, far] = [one, other];
    await eventually(() => [near, far].every((bus) => isUp(bus)));
  });

  it('brings an event to everybody who listens to its topic, and to nobody else', async () => {
    const topic: Topic = `thread:${newId()}`;
    const [here, there, elsewhere] = [
      await listen(near, topic),
      await listen(far, topic),
      await listen(far, `thread:${newId()}`),
    ];
    const event = pointer(1);
    near.publish(topic, event);
    await eventually(() => there.heard.length > 0);
    expect([here.heard, there.heard, elsewhere.heard]).toEqual([[event], [event], []]);
  });

  it('brings it to listeners of the same process in the same turn', () => {
    const heard: BusEvent[] = [];
    near.subscribe('public', (event) => heard.push(event));
    near.publish('public', pointer(1));
    expect(heard).toHaveLength(1);
  });

  it('keeps the order of one publisher', async () => {
    const topic: Topic = `user:${newId()}`;
    const there = await listen(far, topic);
    for (let i = 1; i <= 50; i++) near.publish(topic, pointer(i));
    await eventually(() => there.heard.length === 50);
    expect(there.heard.map((event) => event.type === 'changed' && event.rev)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
  });

  it('ends one subscription without touching another, however often it is ended', async () => {
    const topic: Topic = `room:${newId()}`;
    const [first, second] = [await listen(near, topic), { heard: [] as BusEvent[] }];
    near.subscribe(topic, (event) => second.heard.push(event));
    first.stop();
    first.stop();
    near.publish(topic, pointer(1));
    expect([first.heard.length, second.heard.length]).toEqual([0, 1]);
  });

  it('goes on when a listener throws', () => {
    const heard: BusEvent[] = [];
    near.subscribe('members', () => {
      throw new Error('A listener that fails.');
    });
    near.subscribe('members', (event) => heard.push(event));
    expect(() => near.publish('members', pointer(1))).not.toThrow();
    expect(heard).toHaveLength(1);
  });
});

describe.skipIf(!redisProgram)('a bus over Redis', () => {
  it('has one subscription per topic and process, and none when nobody listens', async () => {
    const bus = openRedisBus();
    const topic: Topic = `thread:${newId()}`;
    const all = await Promise.all(Array.from({ length: 5 }, () => listen(bus, topic)));
    const admin = new Redis(redis.url);
    const count = async () => Number((await admin.pubsub('NUMSUB', `foyer:${topic}`))[1]);
    expect(await count()).toBe(1);
    for (const one of all) one.stop();
    while ((await count()) !== 0) await pause(20);
    admin.disconnect();
  });

  it('sends a pointer instead of a batch that is too large, and large marks in pieces', async () => {
    const threadId = newId();
    const [near, far] = [openRedisBus(), openRedisBus()];
    const userTopic: Topic = `user:${newId()}`;
    const there = await listen(far, `thread:${threadId}`);
    const marks = await listen(far, userTopic);
    await eventually(() => isUp(near));
    near.publish(`thread:${threadId}`, {
      type: 'changes',
      batch: batchOf(threadId, ['x'.repeat(busEventMaxBytes)]),
      aclRev: 3,
    });
    await eventually(() => there.heard.length > 0);
    expect(there.heard).toEqual([{ type: 'changed', rev: 1, aclRev: 3 }]);
    const states: ThreadReadState[] = Array.from({ length: 300 }, () => ({
      ...{
        threadId: newId(),
        lastReadSeq: 1,
        markVersion: 0,
        following: true,
        muted: false,
        unread: 0,
        mentions: 0,
      },
    }));
    near.publish(userTopic, { type: 'read', states });
    const told = () => marks.heard.flatMap((event) => (event.type === 'read' ? event.states : []));
    await eventually(() => told().length >= states.length);
    expect(told()).toEqual(states);
    expect(marks.heard.length).toBeGreaterThan(1);
  });

  it('S120: believes nothing that no process on this database has said', async () => {
    const threadId = newId();
    const topic: Topic = `thread:${threadId}`;
    const bus = openRedisBus();
    const { heard } = await listen(bus, topic);
    const stranger = new Redis(redis.url);
    const event: BusEvent = { type: 'changes', batch: batchOf(threadId, ['Forged']), aclRev: 0 };
    const sealed = (on: Topic, what: unknown) => seal(on, 'another', what as BusEvent)[0] ?? '';
    const [own] = [sealed(topic, event)];
    const forged = [
      'no json',
      JSON.stringify(['another', event]),
      `${'A'.repeat(22)}${JSON.stringify(['another', event])}`,
      own.replace('Forged', 'Forger'),
      // Signed for another topic, of another thread, of a kind that nobody knows, without what it needs.
      sealed(`thread:${newId()}`, event),
      sealed(topic, { type: 'changes', batch: batchOf(newId(), ['Elsewhere']), aclRev: 0 }),
      sealed(topic, { type: 'head', head: batchOf(newId(), ['Elsewhere']).head, aclRev: 0 }),
      sealed(topic, { type: 'launch', roomId: newId() }),
      sealed(topic, { type: 'constructor' }),
      sealed(topic, { type: 'changed', rev: '1', aclRev: 0 }),
      sealed(topic, { type: 'acl', roomId: newId(), aclRev: 1 }),
      sealed(topic, { ...event, batch: { ...event.batch, changes: [{ id: newId(), threadId, rev: 1 }] } }),
    ];
    for (const text of forged) await stranger.publish(`foyer:${topic}`, text);
    // What is genuine comes through, after all of them.
    await stranger.publish(`foyer:${topic}`, own);
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([event]);
    expect(bus.counts.refused).toBe(forged.length);
    stranger.disconnect();
  });

  it('tells which topics it has joined, and joins them again when Redis comes back', async () => {
    const [near, far] = [openRedisBus(), openRedisBus()];
    const topics: Topic[] = [`thread:${newId()}`, `thread:${newId()}`];
    const joined: Topic[][] = [];
    far.onJoined((some) => joined.push(some));
    const heard: BusEvent[] = [];
    for (const topic of topics) far.subscribe(topic, (event) => heard.push(event));
    await eventually(() => joined.flat().length === 2);
    await redis.kill();
    await eventually(() => !isUp(near) && !isUp(far));
    expect(() => near.publish('public', pointer(1))).not.toThrow();
    await redis.start();
    await eventually(() => joined.flat().length === 4 && isUp(near), 15_000);
    expect(joined.flat().slice(2).toSorted()).toEqual(topics.toSorted());
    for (const topic of topics) near.publish(topic, pointer(2));
    await eventually(() => heard.length === 2);
  });

  it('never makes a publisher wait while Redis is frozen, gives it up, and takes it back', async () => {
    const [near, far] = [openRedisBus(), openRedisBus()];
    const topic: Topic = `thread:${newId()}`;
    const there = await listen(far, topic);
    await eventually(() => isUp(near));
    redis.freeze();
    try {
      const since = performance.now();
      for (let i = 1; i <= 100; i++) near.publish(topic, pointer(i));
      expect(performance.now() - since).toBeLessThan(5_000);
      await eventually(() => !isUp(near), 15_000);
    } finally {
      redis.thaw();
    }
    await eventually(() => isUp(near) && isUp(far), 15_000);
    there.heard.length = 0;
    near.publish(topic, pointer(1_000));
    await eventually(
      () => there.heard.some((event) => event.type === 'changed' && event.rev === 1_000),
      10_000,
    );
  });
});

function isUp(bus: Bus): boolean {
  const stand = bus.stand();
  return stand.kind === 'memory' || stand.isUp;
}
