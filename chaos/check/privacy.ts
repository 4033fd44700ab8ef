import type { Acl, Delivery, Event } from '../history';
import type { Database } from './database';
import type { Findings } from './findings';
import { tabOf } from './latency';
import { Links } from './links';
import type { Rights } from './rights';

/** A lease of 30 s, a sweep of 2 s, and what a loaded machine adds. */
export const removedToldMaxMs = 35_000;

/** I16 and I17: foreign bytes, and what happens after a removal. */
export function checkPrivacy(
  { events, database, rights }: { events: readonly Event[]; database: Database; rights: Rights },
  found: Findings,
): void {
  for (const event of events)
    if (event.f === 'bytes')
      found.add('I16', `${event.ident} got bytes of ${event.room} over ${event.channel}`);
  for (const revoke of rights.all().filter((acl) => acl.what === 'revoke')) {
    const grant = rights
      .all()
      .filter((acl) => acl.what === 'grant' && acl.ident === revoke.ident && acl.room === revoke.room)
      .find((acl) => acl.t > revoke.t);
    checkWritten(revoke, grant, database, found);
  }
}

/** I17: nothing of the removed person is committed between the removal and their return. */
function checkWritten(revoke: Acl, grant: Acl | undefined, database: Database, found: Findings): void {
  for (const message of database.messages) {
    const mark = revoke.marks[message.thread];
    if (!mark || message.author !== revoke.ident) continue;
    const until = grant?.marks[message.thread]?.[1] ?? Infinity;
    if (message.seq > mark[1] && message.seq <= until)
      found.add('I17', `${message.mid} of ${revoke.ident} was stored after their removal at seq ${mark[1]}`);
  }
}

/**
 * I17: how long after a removal each open stream of the person was told, not counting the time for which
 * its tab had no connection. Takes streams one by one.
 */
export class RemovalCheck {
  private readonly links: Links;
  private readonly open = new Map<string, { since: number; ident: string; thread: string }>();
  private readonly ends: { sub: string; ident: string; thread: string; from: number; to: number }[] = [];

  constructor(events: readonly Event[]) {
    this.links = new Links(events);
  }

  take(event: Delivery): void {
    if (event.f !== 'sub') return;
    if (event.what === 'open') {
      const { ident, thread, t, sub } = event;
      this.open.set(sub, { since: this.open.get(sub)?.since ?? t, ident, thread });
      return;
    }
    if (event.what !== 'refused' && event.what !== 'stop') return;
    const open = this.open.get(event.sub);
    if (!open) return;
    this.ends.push({ sub: event.sub, ident: open.ident, thread: open.thread, from: open.since, to: event.t });
    this.open.delete(event.sub);
  }

  /** @returns how late each stream was told, milliseconds, ascending */
  end(rights: Rights, database: Database, endMs: number, found: Findings): number[] {
    const open = [...this.open].map(([sub, one]) => ({ sub, ...one, from: one.since, to: endMs }));
    const late: number[] = [];
    for (const acl of rights.all()) {
      if (acl.what !== 'revoke') continue;
      const returned = rights
        .all()
        .find(
          (other) =>
            other.what === 'grant' &&
            other.ident === acl.ident &&
            other.room === acl.room &&
            other.t0 > acl.t,
        );
      const rooms = new Set(database.threads.filter((one) => one.room === acl.room).map((one) => one.id));
      for (const { sub, ident, thread, from, to } of [...this.ends, ...open]) {
        if (ident !== acl.ident || !rooms.has(thread) || from > acl.t0 || to < acl.t) continue;
        const toldMs = this.links.connectedMs(tabOf(sub), acl.t, Math.min(to, returned?.t0 ?? Infinity));
        if (returned && to > returned.t0) continue; // It came back before it had to be told.
        late.push(toldMs);
        if (toldMs > removedToldMaxMs)
          found.add('I17', `${sub} was told of a removal after ${Math.round(toldMs)} ms`);
      }
    }
    return late.toSorted((a, b) => a - b);
  }
}
