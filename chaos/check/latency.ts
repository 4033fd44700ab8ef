import type { Attempt, Delivery, Event } from '../history';
import { Links } from './links';
import { causeOf, windowsOf, type FaultWindow } from './windows';

/** Numbers in buckets that grow by a tenth: a percentile is right to 10 %, whatever their count. */
export class Histogram {
  private readonly buckets = new Map<number, number>();
  count = 0;
  max = 0;

  add(value: number): void {
    const bucket = value < 1 ? 0 : Math.floor(Math.log(value) / Math.log(1.1)) + 1;
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
    this.count++;
    this.max = Math.max(this.max, value);
  }

  /** @param share 0..1; @returns null while it is empty */
  percentile(share: number): number | null {
    let left = Math.ceil(this.count * share);
    for (const [bucket, count] of [...this.buckets].toSorted(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(this.max, bucket === 0 ? 1 : 1.1 ** bucket);
    }
    return null;
  }
}

/** One histogram for calm times, and one for each fault. */
export class ByFault {
  readonly calm = new Histogram();
  readonly faults = new Map<string, Histogram>();

  constructor(private readonly windows: readonly FaultWindow[]) {}

  add(from: number, to: number): void {
    const cause = causeOf(this.windows, from, to);
    const late = Math.max(0, to - from);
    if (cause === null) return this.calm.add(late);
    const histogram = this.faults.get(cause) ?? new Histogram();
    this.faults.set(cause, histogram);
    histogram.add(late);
  }
}

/**
 * I12, three questions: how long an acknowledgement took, how long after it each change stood before each
 * reader, and how long a tab was without its connection. The time for which a person had switched their
 * network off counts for none of them; what they missed meanwhile is `returned`.
 */
export class LatencyCheck {
  readonly acknowledged: ByFault;
  readonly applied: ByFault;
  readonly back: ByFault;
  /** From the network's return to a connection, and from that to what was missed meanwhile. */
  readonly reconnected: ByFault;
  readonly returned = new Histogram();
  /** When each change was first acknowledged, by message and revision. */
  private readonly told = new Map<string, number>();
  private readonly links: Links;

  constructor(events: readonly Event[]) {
    const windows = windowsOf(events);
    this.acknowledged = new ByFault(windows);
    this.applied = new ByFault(windows);
    this.back = new ByFault(windows);
    this.reconnected = new ByFault(windows);
    this.links = new Links(events);
    const invoked = new Map<string, Attempt>();
    for (const event of events.toSorted((a, b) => a.t - b.t))
      if ('op' in event && 'type' in event) this.learn(event, invoked);
    for (const { from, to } of this.links.returns()) this.reconnected.add(from, to);
    for (const { tab, from, to } of this.links.losses())
      if (this.links.returnedAt(tab, from, to) === null) this.back.add(from, to);
  }

  take(event: Delivery): void {
    if (event.f !== 'recv') return;
    for (const [mid, , rev] of event.rows) {
      const told = this.told.get(keyOf(mid, rev));
      if (told === undefined) continue;
      const returned = this.links.returnedAt(tabOf(event.sub), told, event.t);
      if (returned === null) this.applied.add(told, event.t);
      else this.returned.add(Math.max(0, event.t - returned));
    }
  }

  private learn(event: Attempt, invoked: Map<string, Attempt>): void {
    const asked = `${event.f} ${event.op}`;
    if (event.type === 'invoke' && !invoked.has(asked)) invoked.set(asked, event);
    if (event.type !== 'ok' || event.rev === undefined) return;
    const key = keyOf(event.mid, event.rev);
    if (this.told.has(key)) return;
    this.told.set(key, event.t);
    const first = invoked.get(asked);
    if (first && this.links.returnedAt(first.tab, first.t, event.t) === null)
      this.acknowledged.add(first.t, event.t);
  }
}

const keyOf = (mid: string, rev: number) => `${mid} ${rev}`;
/** The tab of a stream: the part of its name before the thread's. */
export const tabOf = (sub: string): string => sub.split('/')[0] ?? sub;
