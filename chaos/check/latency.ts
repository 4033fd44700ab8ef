import type { Attempt, Delivery, Event } from '../history';

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

export type FaultWindow = { id: string; from: number; to: number };

/** The faults of a run, each from its beginning to its end; one that is a moment ends when it begins. */
export function windowsOf(events: readonly Event[]): FaultWindow[] {
  const windows: FaultWindow[] = [];
  for (const event of events) {
    if (event.f !== 'fault') continue;
    if (event.isOn) windows.push({ id: event.id, from: event.t, to: event.t });
    else {
      const open = windows.findLast((window) => window.id === event.id);
      if (open) open.to = event.t;
    }
  }
  return windows;
}

/** After a fault is healed, what is late counts as its doing for this long. */
const aftermathMs = 5_000;

/**
 * I12: how long after its acknowledgement each change stood before each reader, apart for calm times and
 * for each fault.
 */
export class LatencyCheck {
  readonly acknowledged = new Histogram();
  readonly calm = new Histogram();
  readonly byFault = new Map<string, Histogram>();
  /** When each change was first acknowledged, by message and revision. */
  private readonly told = new Map<string, number>();
  private readonly windows: FaultWindow[];

  constructor(events: readonly Event[]) {
    this.windows = windowsOf(events);
    const invoked = new Map<string, number>();
    for (const event of events) {
      if ('op' in event && 'type' in event) this.learn(event, invoked);
    }
  }

  take(event: Delivery): void {
    if (event.f !== 'recv') return;
    for (const [mid, , rev] of event.rows) {
      const told = this.told.get(keyOf(mid, rev));
      if (told !== undefined) this.note(told, event.t);
    }
  }

  private note(from: number, to: number): void {
    const late = Math.max(0, to - from);
    const window = this.windows.findLast((one) => one.from <= to && one.to + aftermathMs >= from);
    if (!window) return this.calm.add(late);
    const histogram = this.byFault.get(window.id) ?? new Histogram();
    this.byFault.set(window.id, histogram);
    histogram.add(late);
  }

  private learn(event: Attempt, invoked: Map<string, number>): void {
    if (event.type === 'invoke' && !invoked.has(event.op)) invoked.set(event.op, event.t);
    if (event.type !== 'ok' || event.rev === undefined) return;
    const key = keyOf(event.mid, event.rev);
    if (this.told.has(key)) return;
    this.told.set(key, event.t);
    const from = invoked.get(event.op);
    const isCalm = !this.windows.some(
      (one) => one.from <= event.t && one.to + aftermathMs >= (from ?? event.t),
    );
    if (from !== undefined && isCalm) this.acknowledged.add(event.t - from);
  }
}

const keyOf = (mid: string, rev: number) => `${mid} ${rev}`;
