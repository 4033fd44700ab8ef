import { tracked, type TrackedEnvelope } from '@trpc/server';
import { monotonicMs } from '@/server/base/monotonic';
import type { Lane } from '@/server/realtime/lane';
import type { Lease } from '@/server/realtime/lease';
import { share } from '@/server/realtime/shared-json';
import { SharingWatch } from '@/server/realtime/sharing-watch';
import { SignalReader } from '@/server/realtime/signal-reader';
import type { TailPool } from '@/server/realtime/tail-pool';
import type { Batch, TailSource, ThreadTail } from '@/server/realtime/thread-tail';
import type { SignalPool, ThreadSignals } from '@/server/realtime/thread-signals';
import { makeWaiter, patiently } from '@/server/realtime/waiter';
import { metrics } from '@/server/base/metrics';
import { cursorOf, revOf } from '@/shared/cursor';
import type { LogEvent, ThreadEvent } from '@/shared/event';
import { changesSeenFrom, headSeenFrom } from '@/shared/seen-from';
import { heartbeatMs, signalRetryMs } from '@/shared/limits';
import type { Sharing } from '@/shared/user';

export type StreamOptions = {
  threadId: string;
  /** The cursor that the client last saw; null starts at the newest. */
  lastEventId: string | null;
  epoch(): string;
  tails: TailPool;
  source: TailSource;
  lease: Lease;
  signals: SignalPool;
  /** Null for a stranger, who may become somebody while the stream is open. */
  viewerId(): string | null;
  readSharing(userId: string | null): Promise<Sharing>;
  /** Whether the reader's connection takes more right now: what it does not, signals do not wait for. */
  isFree(): boolean;
  /** Resolves when the reader's connection can take more, at once for most. */
  drained(): Promise<void>;
  /** The stream's way past tRPC's loop; null for a connection that has none. */
  lane: Lane | null;
  /** Whether the failure will pass: the stream then waits and goes on. */
  isTransient(cause: unknown): boolean;
  /** What to throw when the reader may not, or no longer, see the thread; called after the lease has looked. */
  denied(): Error;
  signal: AbortSignal;
};

/**
 * A reader's stream of one thread. It holds no queue: just `rev`, the place it has been brought to.
 * Every event is tracked with that place, since one untracked event would make the client forget it.
 * While it sleeps, what it knows and may say goes by its lane, and it is woken only for the rest.
 */
export async function* streamThread(
  options: StreamOptions,
): AsyncGenerator<TrackedEnvelope<ThreadEvent>, void> {
  const { epoch, lane, lease, signal } = options;
  const waiter = makeWaiter(signal);
  let isAsleep = false;
  const wake = () => {
    if (!isAsleep || !sayNow()) waiter.wake();
  };
  const tail = await patiently(waiter, options, () => options.tails.watch(options.threadId));
  if (signal.aborted) return;
  if (!tail) throw options.denied();
  const detach = tail.attach(wake);
  const { signals, leave } = options.signals.watch(tail.head, wake);
  const sharing = new SharingWatch(options.viewerId, options.readSharing, wake);
  const signalReader = new SignalReader(signals, sharing, options.viewerId);
  const startEpoch = epoch();
  let rev = options.lastEventId === null ? tail.rev : (revOf(options.lastEventId, startEpoch) ?? -1);
  let told: Batch['head'] | null = null;
  let toldAtMs = monotonicMs();
  /** The event as this reader may see it, at the place that it brings them to. */
  const bring = (next: LogEvent): [cursor: string, event: LogEvent] => {
    if (next.type === 'changes') rev = next.to;
    told = next.head;
    toldAtMs = monotonicMs();
    return [cursorOf(startEpoch, rev), seenFrom(next, lease.visibleFrom)];
  };
  /** Says all there is by the lane; false where that needs a look into the database, or a wait. */
  const sayNow = (): boolean => {
    if (!lane || waiter.isAborted() || tail.isGone || epoch() !== startEpoch) return false;
    if (rev > tail.rev || !lane.isOpen() || !lease.holds(Math.max(tail.aclRev, signals.aclRev))) return false;
    if (tail.rev > rev) {
      const batch = tail.batchFrom(rev);
      if (!batch) return false;
      lane.send(...bring(batch));
    } else if (told && told.headRev < tail.head.headRev) lane.send(...bring(headEvent(tail)));
    while (lane.isOpen()) {
      const said = signalReader.next();
      if (!said) return true;
      lane.send(cursorOf(startEpoch, rev), said);
    }
    return false;
  };
  try {
    const reset = () =>
      tracked(options.lastEventId || cursorOf(startEpoch, Math.max(rev, 0)), { type: 'reset' } as const);
    let isOpening = true;
    while (!signal.aborted) {
      if (tail.isGone) {
        await patiently(waiter, options, () => lease.renew());
        throw options.denied();
      }
      if (rev < 0 || epoch() !== startEpoch) {
        metrics().resets.inc();
        yield reset();
        return await waiter.untilAborted();
      }
      const next = await patiently(waiter, options, () => nextEvent(options, { tail, signals }, rev, told));
      if (next === 'denied') throw options.denied();
      if (signal.aborted) return;
      if (next === 'reset') {
        rev = -1;
        continue;
      }
      if (next) {
        const [cursor, event] = bring(next);
        yield tracked(cursor, isOpening && lane ? lane.opening(event) : event);
        isOpening = false;
        continue;
      }
      const isFree = options.isFree();
      const said = isFree ? signalReader.next() : null;
      if (said) {
        yield tracked(cursorOf(startEpoch, rev), said);
        continue;
      }
      const beatInMs = () => Math.max(0, toldAtMs + heartbeatMs - monotonicMs());
      isAsleep = isFree;
      await waiter.wait(isFree ? beatInMs() : Math.min(signalRetryMs, beatInMs()));
      isAsleep = false;
      // A heartbeat says where the thread stands, so the client can check its own place.
      if (beatInMs() === 0) told = null;
    }
  } finally {
    isAsleep = false;
    sharing.close();
    leave();
    detach();
  }
}

/** What all readers share is cut for those who may not see everything; the cursor is the same. */
function seenFrom(event: LogEvent, visibleFrom: number): LogEvent {
  if (visibleFrom <= 1) return event;
  const head = headSeenFrom(event.head, visibleFrom);
  return event.type === 'head'
    ? { ...event, head }
    : { ...event, ...changesSeenFrom(event, visibleFrom), head };
}

type Next = LogEvent | 'reset' | 'denied' | null;

/** What to tell a reader at `rev` now, after its right to it was proven. */
async function nextEvent(
  options: StreamOptions,
  watched: { tail: ThreadTail; signals: ThreadSignals },
  rev: number,
  told: Batch['head'] | null,
): Promise<Next> {
  const { tail, signals } = watched;
  if (tail.rev > rev || told === null || told.headRev < tail.head.headRev) await options.drained();
  const aclRev = Math.max(tail.aclRev, signals.aclRev);
  // A place that this log has not reached is none of its own.
  if (rev > tail.rev) {
    const askedAt = tail.rev;
    const [now] = await options.source.readHeads([options.threadId]);
    if (!now) return 'denied';
    if (rev > now.head.rev) return 'reset';
    await tail.compare(now, askedAt);
    return nextEvent(options, watched, rev, told);
  }
  if (tail.rev > rev) {
    const batch = tail.batchFrom(rev);
    if (batch) return (await options.lease.covers(aclRev)) ? batch : 'denied';
    metrics().replays.inc();
    const read = await options.source.readChanges(options.threadId, rev);
    // Read first, then proven: whatever took the right away before that read shows here.
    if (!(await options.lease.renew())) return 'denied';
    if (read.type === 'reset') return 'reset';
    return {
      type: 'changes',
      from: rev,
      to: read.head.rev,
      changes: read.changes,
      people: read.people,
      head: read.head,
    };
  }
  if (!(await options.lease.covers(aclRev))) return 'denied';
  if (told === null || told.headRev < tail.head.headRev) return headEvent(tail);
  return null;
}

const headEvents = new WeakMap<Batch['head'], Extract<ThreadEvent, { type: 'head' }>>();
function headEvent(tail: ThreadTail) {
  const made = headEvents.get(tail.head) ?? share({ type: 'head' as const, head: tail.head });
  headEvents.set(tail.head, made);
  return made;
}
