import { createHook } from 'node:async_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bus } from '@/server/realtime/bus';
import type { Lane } from '@/server/realtime/lane';
import { Lease } from '@/server/realtime/lease';
import { TailPool } from '@/server/realtime/tail-pool';
import { SignalPool } from '@/server/realtime/thread-signals';
import { streamThread } from '@/server/realtime/thread-stream';
import { changeAt, headAt } from '@/server/testing/thread-log';
import type { LogEvent, ThreadEvent } from '@/shared/event';

/** A reader whose socket, right and thread are the test's. */
function setUp() {
  const database = { rev: 0, aclRev: 0, looks: 0, mayRead: true };
  const source = {
    readChanges: () => Promise.reject(new Error('Nothing is missing here.')),
    readHeads: () => Promise.resolve([{ head: headAt(database.rev), aclRev: database.aclRev }]),
  };
  const told: { by: 'lane' | 'loop'; cursor: string; event: ThreadEvent }[] = [];
  const isFree = { now: true };
  const opened = { event: null as object | null };
  const lane: Lane = {
    opening(event) {
      const own = { ...event };
      opened.event = own;
      return own;
    },
    isOpen: () => opened.event !== null && isFree.now,
    send: (cursor, event) => told.push({ by: 'lane', cursor, event: event as LogEvent }),
  };
  const ending = new AbortController();
  const tails = new TailPool(source, () => undefined);
  const stream = streamThread({
    threadId: 't',
    lastEventId: null,
    epoch: () => 'e',
    tails,
    source,
    lease: new Lease(() => {
      database.looks++;
      return Promise.resolve(database.mayRead ? { aclRev: database.aclRev } : null);
    }),
    signals: new SignalPool({ readReceipts: () => Promise.resolve(null) }, () => undefined),
    viewerId: () => null,
    readSharing: () => Promise.resolve({ showsReceipts: false, showsTyping: false, showsPresence: false }),
    isFree: () => isFree.now,
    drained: () => Promise.resolve(),
    lane,
    isTransient: () => false,
    denied: () => new Error('denied'),
    signal: ending.signal,
  });
  const end = (async () => {
    for await (const [cursor, event] of stream) told.push({ by: 'loop', cursor, event });
    return 'ended';
  })().catch((cause: unknown) => String(cause));
  const commit = (aclRev = 0) => {
    const from = database.rev++;
    const batch = {
      type: 'changes' as const,
      from,
      to: from + 1,
      changes: [changeAt(from + 1)],
      people: {},
      head: headAt(from + 1),
    };
    bus().publish('thread:t', { type: 'changes', batch, aclRev });
  };
  const until = async (count: number) => {
    await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(count));
    // A turn later it sleeps again.
    await new Promise((resolve) => setImmediate(resolve));
  };
  stops.push(async () => {
    ending.abort();
    await end;
    tails.close();
  });
  return { database, told, until, commit, isFree, opened, end };
}
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a stream with a lane', () => {
  it('begins in the loop, by an event of its own, and goes on by the lane in order', async () => {
    const { told, until, commit, opened } = setUp();
    await until(1);
    expect(told[0]).toMatchObject({ by: 'loop', cursor: 'e.0', event: { type: 'head' } });
    expect(told[0]?.event).toBe(opened.event);
    for (let rev = 1; rev <= 5; rev++) {
      commit();
      await until(rev + 1);
    }
    expect(told.slice(1).map(({ by, cursor }) => `${by} ${cursor}`)).toEqual(
      [1, 2, 3, 4, 5].map((rev) => `lane e.${rev}`),
    );
  });

  it('brings what comes within one turn as one event', async () => {
    const { told, until, commit } = setUp();
    await until(1);
    for (let i = 0; i < 10; i++) commit();
    await until(2);
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ by: 'lane', cursor: 'e.10', event: { from: 0, to: 10 } });
  });

  it('goes by the loop while the socket takes no more, and then by the lane again', async () => {
    const { told, until, commit, isFree } = setUp();
    await until(1);
    isFree.now = false;
    commit();
    await until(2);
    isFree.now = true;
    commit();
    await until(3);
    commit();
    await until(4);
    expect(told.map(({ cursor }) => cursor)).toEqual(['e.0', 'e.1', 'e.2', 'e.3']);
    expect([told[1]?.by, told[3]?.by]).toEqual(['loop', 'lane']);
  });

  it('says nothing under a lease that was read before a right was taken away', async () => {
    const { told, until, commit, database, end } = setUp();
    await until(1);
    database.aclRev = 1;
    commit(1);
    await until(2);
    expect(database.looks).toBe(2);
    expect(told[1]).toMatchObject({ by: 'loop', cursor: 'e.1' });
    database.mayRead = false;
    database.aclRev = 2;
    commit(2);
    expect(await end).toBe('Error: denied');
    expect(told).toHaveLength(2);
  });

  it('costs no promise per reader and event', async () => {
    const readers = Array.from({ length: 40 }, setUp);
    await Promise.all(readers.map(({ until }) => until(1)));
    const counts: number[] = [];
    let promises = 0;
    const hook = createHook({
      init(_, type) {
        if (type === 'PROMISE') promises++;
      },
    });
    // More than once, since the sweep of the tails may fall into one of them.
    for (let rev = 1; rev <= 5; rev++) {
      promises = 0;
      // All of them read one database.
      for (const { database } of readers.slice(1)) database.rev++;
      hook.enable();
      readers[0]?.commit();
      await vi.waitFor(() => expect(readers.every(({ told }) => told.length > rev)).toBe(true));
      hook.disable();
      counts.push(promises);
    }
    for (const { told } of readers) expect(told[1]).toMatchObject({ by: 'lane', cursor: 'e.1' });
    expect(Math.min(...counts)).toBeLessThan(readers.length);
  });
});
