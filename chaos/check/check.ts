import type { Acl, Delivery, Event, Invariant } from '../history';
import type { Database } from './database';
import { DeliveryCheck } from './delivery';
import { Findings, type Finding } from './findings';
import { LatencyCheck } from './latency';
import { checkLog } from './log';
import { checkPrivacy, RemovalCheck } from './privacy';
import { checkResources, type Bounds } from './resources';
import { Rights } from './rights';
import { checkState } from './state';

export type Evidence = {
  /** Everything but deliveries, in any order. */
  events: readonly Event[];
  /** What streams and pages brought; each reader's in its order. */
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>;
  database: Database;
  /** Whether a person was in a room at the start, or needs not be. */
  isMember(ident: string, room: string): boolean;
  bounds: Bounds;
};

export type Verdict = {
  violations: Partial<Record<Invariant, number>>;
  samples: Finding[];
  counts: {
    operations: number;
    acknowledged: number;
    refused: number;
    unknown: number;
    delivered: number;
    /** Changes x readers that were there in the end. */
    expected: number;
    resets: number;
    removals: number;
  };
  latency: LatencyCheck;
  /** How late each open stream was told of a removal, milliseconds, ascending. */
  removedToldMs: number[];
};

/** Checks a whole run: pure, the same evidence gives the same verdict. */
export async function check(evidence: Evidence): Promise<Verdict> {
  const found = new Findings();
  const { events, database } = evidence;
  const rights = new Rights(events, evidence.isMember);
  const facts = { events, database, rights };
  checkLog(facts, found);
  checkState(facts, found);
  checkPrivacy(facts, found);
  checkResources(events, evidence.bounds, found);
  const delivery = new DeliveryCheck(facts, found);
  const removal = new RemovalCheck(events);
  const latency = new LatencyCheck(events);
  for await (const event of evidence.deliveries) {
    delivery.take(event);
    removal.take(event);
    latency.take(event);
  }
  const endMs = events.reduce((last, event) => Math.max(last, event.t), 0);
  const removedToldMs = removal.end(rights, database, endMs, found);
  return {
    violations: Object.fromEntries(found.violated().map((invariant) => [invariant, found.count(invariant)])),
    samples: found.samples,
    counts: { ...countsOf(events, database), delivered: delivery.deliveries, resets: delivery.resets },
    latency,
    removedToldMs,
  };
}

function countsOf(events: readonly Event[], database: Database) {
  const outcomes = new Map<string, Set<string>>();
  for (const event of events)
    if ('op' in event && 'type' in event) {
      const key = `${event.f} ${event.op}`;
      outcomes.set(key, (outcomes.get(key) ?? new Set()).add(event.type));
    }
  const all = [...outcomes.values()];
  const refused = all.filter((types) => types.has('fail') && !types.has('ok')).length;
  const acknowledged = all.filter((types) => types.has('ok')).length;
  const revs = new Map(database.threads.map((thread) => [thread.id, thread.rev]));
  // Told twice: before and after everything is read.
  const up = new Map(
    events.flatMap((event) =>
      event.f === 'final' && event.state === 'up' ? [[event.sub, event.thread] as const] : [],
    ),
  );
  return {
    operations: all.length,
    acknowledged,
    refused,
    unknown: all.length - acknowledged - refused,
    expected: [...up.values()].reduce((sum, thread) => sum + (revs.get(thread) ?? 0), 0),
    removals: events.filter((event): event is Acl => event.f === 'acl' && event.what === 'revoke').length,
  };
}
