import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryBus, type Bus } from '@/server/realtime/bus';
import { sharedJson } from '@/server/realtime/shared-json';
import { ThreadTail, type TailSource } from '@/server/realtime/thread-tail';
import { changeAt, headAt } from '@/server/testing/thread-log';
import { tailChanges, tailGapWaitMs } from '@/shared/limits';
import type { MessageView } from '@/shared/message';

const people = { u: { id: 'u', kind: 'visitor' as const, name: 'Otter' } };

function setUp(startRev = 0) {
  const on: Bus = memoryBus((cause) => {
    throw cause;
  });
  const log: MessageView[] = [];
  const database = { aclRev: 0, reads: 0, isDown: false };
  const source: TailSource = {
    async readChanges(_, rev) {
      database.reads++;
      if (database.isDown) throw new Error('down');
      const changes = log.filter((change) => change.rev > rev);
      return {
        type: 'changes',
        changes,
        people,
        head: headAt(log.at(-1)?.rev ?? startRev),
        aclRev: database.aclRev,
      };
    },
    async readHeads() {
      return [{ head: headAt(log.at(-1)?.rev ?? startRev), aclRev: database.aclRev }];
    },
  };
  const errors: unknown[] = [];
  const tail = new ThreadTail('t', source, headAt(startRev), 0, (cause) => errors.push(cause), on);
  const wakes = vi.fn();
  tail.attach(wakes);
  /** Commits changes, and publishes them unless told not to. */
  const commit = (changes: MessageView[], isPublished = true) => {
    const from = log.at(-1)?.rev ?? startRev;
    log.push(...changes);
    const event = () =>
      on.publish('thread:t', {
        type: 'changes',
        batch: {
          type: 'changes',
          from,
          to: changes.at(-1)?.rev ?? from,
          changes,
          people,
          head: headAt(changes.at(-1)?.rev ?? from),
        },
        aclRev: 0,
      });
    if (isPublished) event();
    return event;
  };
  return { tail, commit, database, wakes, errors, on, log };
}
const revs = (tail: ThreadTail, from: number) => tail.batchFrom(from)?.changes.map((change) => change.rev);

describe('a thread tail', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('brings a reader from any place it holds to the newest, in one batch', () => {
    const { tail, commit } = setUp();
    commit([changeAt(1)]);
    commit([changeAt(2), changeAt(3)]);
    expect(revs(tail, 0)).toEqual([1, 2, 3]);
    expect(revs(tail, 2)).toEqual([3]);
    expect(tail.batchFrom(1)).toMatchObject({ from: 1, to: 3, head: { rev: 3 }, people });
  });

  it('wakes its readers once per turn, however much has come', () => {
    const { commit, wakes } = setUp();
    commit([changeAt(1)]);
    commit([changeAt(2), changeAt(3)]);
    vi.advanceTimersByTime(0);
    expect(wakes).toHaveBeenCalledTimes(1);
    commit([changeAt(4)]);
    vi.advanceTimersByTime(0);
    expect(wakes).toHaveBeenCalledTimes(2);
  });

  it('gives a message that changed twice once, in its newest state', () => {
    const { tail, commit } = setUp();
    commit([changeAt(1)]);
    commit([changeAt(2, 'm1')]);
    expect(tail.batchFrom(0)).toMatchObject({ from: 0, to: 2, changes: [{ id: 'm1', rev: 2 }] });
  });

  it('keeps what came while the database was asked, and was told by it again', async () => {
    const { tail, commit } = setUp();
    const sayFirst = commit([changeAt(1)], false);
    commit([changeAt(2)]);
    commit([changeAt(3)], false);
    vi.advanceTimersByTime(tailGapWaitMs);
    sayFirst();
    expect(tail.rev).toBe(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(revs(tail, 0)).toEqual([1, 2, 3]);
  });

  it('believes what it heard rather than a database that was asked before', async () => {
    const { tail, commit } = setUp();
    commit([changeAt(1)]);
    const asked = { head: headAt(1), aclRev: 0 };
    commit([changeAt(2)]);
    await tail.compare(asked, 1);
    expect(revs(tail, 0)).toEqual([1, 2]);
  });

  it('leaves no hole when it begins anew while the database is asked for more', async () => {
    const { tail, commit, log } = setUp();
    commit([changeAt(1), changeAt(2)]);
    commit([changeAt(3)], false);
    const asking = tail.compare({ head: headAt(3), aclRev: 0 }, 2);
    // Restored: another second change, and a third.
    log.splice(1, 2, changeAt(2, 'm4'), changeAt(3, 'm5'));
    await Promise.all([asking, tail.compare({ head: headAt(1), aclRev: 0 }, 2)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(tail.rev).toBe(3);
    expect(tail.batchFrom(1)?.changes.map((change) => change.id)).toEqual(['m4', 'm5']);
  });

  it('keeps nothing of a message’s older states in memory', () => {
    const { tail, commit } = setUp();
    commit([changeAt(1)]);
    commit([changeAt(2)]);
    commit([{ ...changeAt(3, 'm1'), text: '', deletedAt: '2026-01-01T00:00:00.000Z' }]);
    expect(JSON.stringify(Object.values(tail))).not.toContain('At 1');
    expect(revs(tail, 0)).toEqual([2, 3]);
    expect(revs(tail, 1)).toEqual([2, 3]);
  });

  it('shares one batch, and one text, among the readers at one place', () => {
    const { tail, commit } = setUp();
    commit([changeAt(1)]);
    const batch = tail.batchFrom(0);
    expect(tail.batchFrom(0)).toBe(batch);
    expect(batch && sharedJson(batch)).toBe(JSON.stringify(batch));
    commit([changeAt(2)]);
    expect(tail.batchFrom(0)).not.toBe(batch);
  });

  it('reads what a pointer speaks of, and again when it came during a read', async () => {
    const { tail, commit, database, on } = setUp();
    commit([changeAt(1)], false);
    on.publish('thread:t', { type: 'changed', rev: 1, aclRev: 4 });
    commit([changeAt(2)], false);
    on.publish('thread:t', { type: 'changed', rev: 2, aclRev: 4 });
    await vi.advanceTimersByTimeAsync(0);
    expect([revs(tail, 0), tail.aclRev, database.reads]).toEqual([[1, 2], 4, 2]);
    on.publish('thread:t', { type: 'changed', rev: 2, aclRev: 4 });
    await vi.advanceTimersByTimeAsync(0);
    expect(database.reads).toBe(2);
  });

  it('takes repeated and reordered events without asking the database', async () => {
    const { tail, commit, database } = setUp();
    const first = commit([changeAt(1)], false);
    const second = commit([changeAt(2)], false);
    const third = commit([changeAt(3)], false);
    third();
    second();
    expect(tail.rev).toBe(0);
    first();
    expect(tail.rev).toBe(3);
    second();
    expect(revs(tail, 0)).toEqual([1, 2, 3]);
    await vi.advanceTimersByTimeAsync(tailGapWaitMs * 2);
    expect(database.reads).toBe(0);
  });

  it('waits a moment for a hole, then closes it with one read, however many events lie behind it', async () => {
    const { tail, commit, database } = setUp();
    commit([changeAt(1)], false);
    commit([changeAt(2)]);
    commit([changeAt(3)]);
    await vi.advanceTimersByTimeAsync(tailGapWaitMs - 1);
    expect([tail.rev, database.reads]).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([tail.rev, database.reads]).toEqual([3, 1]);
    expect(revs(tail, 0)).toEqual([1, 2, 3]);
  });

  it('hears from the sweep of a last event that was lost, and outlives a database that is away', async () => {
    const { tail, commit, database, errors } = setUp();
    commit([changeAt(1)], false);
    database.isDown = true;
    await tail.compare({ head: headAt(1), aclRev: 0 }, tail.rev);
    expect([tail.rev, errors.length]).toEqual([0, 1]);
    database.isDown = false;
    await tail.compare({ head: headAt(1), aclRev: 0 }, tail.rev);
    expect(tail.rev).toBe(1);
  });

  it('holds the newest changes only: an older reader is sent to the database', () => {
    const { tail, commit } = setUp();
    for (let rev = 1; rev <= tailChanges + 10; rev++) commit([changeAt(rev)]);
    expect(tail.batchFrom(9)).toBeNull();
    expect(revs(tail, 10)?.length).toBe(tailChanges);
  });

  it('knows no changes from before it was opened', () => {
    const { tail } = setUp(5);
    expect(tail.batchFrom(4)).toBeNull();
    expect(tail.batchFrom(5)).toMatchObject({ changes: [], from: 5, to: 5 });
  });

  it('learns with a repair what the lost event would have said about rights', async () => {
    const { tail, commit, database } = setUp();
    commit([changeAt(1)], false);
    database.aclRev = 3;
    commit([changeAt(2)]);
    await vi.advanceTimersByTimeAsync(tailGapWaitMs);
    expect([tail.rev, tail.aclRev]).toEqual([2, 3]);
  });

  it('takes a new title by headRev and leaves the log alone', () => {
    const { tail, commit, on } = setUp();
    commit([changeAt(1)]);
    on.publish('thread:t', { type: 'head', head: headAt(0, { headRev: 1, title: 'New' }), aclRev: 0 });
    expect(tail.head).toMatchObject({ rev: 1, headRev: 1, title: 'New' });
    on.publish('thread:t', { type: 'head', head: headAt(1, { headRev: 0, title: 'Old' }), aclRev: 0 });
    commit([changeAt(2)]);
    expect(tail.head).toMatchObject({ rev: 2, headRev: 1, title: 'New' });
  });

  it('starts over when the database is another one, though it has come as far', async () => {
    const { tail, commit } = setUp();
    commit([changeAt(1), changeAt(2)]);
    await tail.compare({ head: headAt(2, { cursor: 'other.2' }), aclRev: 0 }, 2);
    expect(tail.head.cursor).toBe('other.2');
    expect(tail.batchFrom(0)).toBeNull();
  });

  it('starts over when the database lies behind it', async () => {
    const { tail, commit } = setUp();
    commit([changeAt(1), changeAt(2)]);
    await tail.compare({ head: headAt(1), aclRev: 0 }, tail.rev);
    expect(tail.rev).toBe(1);
    expect(tail.batchFrom(0)).toBeNull();
  });
});
