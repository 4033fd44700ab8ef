import type { Attempt, Delivery, Event, Received, Restore, Row } from '../history';
import type { Database } from './database';
import type { Findings } from './findings';
import type { Rights } from './rights';

type Stand = { epoch: string; rev: number; deleted: Map<string, number> };
type Facts = { events: readonly Event[]; database: Database; rights: Rights };

/** I8, I9, I11, I15 and I18: what streams and pages brought, taken one by one. */
export class DeliveryCheck {
  /** Rows delivered, counting each reader. */
  deliveries = 0;
  resets = 0;
  private readonly stands = new Map<string, Stand>();
  private readonly versions = new Map<string, string>();
  private readonly stored: Set<string>;
  private readonly restoredAt: number | null;
  private readonly revOf: Map<string, number>;
  private readonly roomOf: Map<string, string>;
  private readonly texts = new Map<string, Set<string>>();
  private readonly edits = new Map<string, number[]>();

  constructor(
    private readonly facts: Facts,
    private readonly found: Findings,
  ) {
    const { database, events } = facts;
    this.restoredAt = events.find((event) => event.f === 'restore')?.t ?? null;
    this.stored = new Set(database.messages.map((message) => message.mid));
    this.revOf = new Map(database.threads.map((thread) => [thread.id, thread.rev]));
    this.roomOf = new Map(database.threads.map((thread) => [thread.id, thread.room]));
    const restores = events.filter((event): event is Restore => event.f === 'restore');
    const isLost = ({ t }: Attempt) => restores.some((restore) => t > restore.copiedAt && t < restore.t);
    for (const event of events) if (isWrite(event)) this.learn(event, isLost(event));
  }

  take(event: Delivery): void {
    switch (event.f) {
      case 'sub':
        if (event.what === 'reset') this.resets++;
        if (event.what === 'error')
          this.found.add('I21', `${event.sub}: the server ended a stream that stood (${event.code})`);
        return;
      case 'snap':
        this.stands.set(event.sub, { epoch: event.epoch, rev: event.rev, deleted: new Map() });
        return this.takeRows(event, event.rev);
      case 'recv':
        this.takeBatch(event);
        return this.takeRows(event, event.to);
    }
  }

  private learn(event: Attempt, isLost: boolean): void {
    const texts = this.texts.get(event.mid) ?? new Set();
    this.texts.set(event.mid, texts.add(event.h));
    if (!isLost && event.type === 'ok' && event.f === 'edit' && event.rev !== undefined)
      this.edits.set(event.mid, [...(this.edits.get(event.mid) ?? []), event.rev]);
  }

  private takeBatch(event: Received): void {
    const { sub, at, from, to, done, epoch } = event;
    const stand = this.stands.get(sub);
    const told = `${sub}: ${from}..${to} came to ${at}`;
    if (stand && stand.rev !== at) this.found.add('I8', `${told}, but it had come to ${stand.rev}`);
    if (from > at) this.found.add('I8', `${told}: a hole`);
    else if (from < at) this.found.add('I8', `${told}: repeated`);
    if (from <= at && done !== Math.max(at, to)) this.found.add('I8', `${told} and brought it to ${done}`);
    let last = 0;
    for (const [, , rev] of event.rows) {
      if (rev <= last) this.found.add('I8', `${told}: rev ${rev} after ${last}`);
      last = rev;
      if (rev <= from || rev > to) this.found.add('I8', `${told}: with rev ${rev}`);
    }
    this.stands.set(sub, { epoch, rev: done, deleted: stand?.deleted ?? new Map() });
  }

  private takeRows(event: Exclude<Delivery, { f: 'sub' }>, upTo: number): void {
    const { ident, thread, t, epoch } = event;
    const room = this.roomOf.get(thread) ?? '';
    const isPresent = epoch === this.facts.database.epoch;
    // Until the instances notice a restored database, they give out places in the log that is gone.
    if (!isPresent && this.restoredAt !== null && t > this.restoredAt) return;
    const deleted = this.stands.get(event.sub)?.deleted ?? new Map<string, number>();
    if (isPresent && upTo > (this.revOf.get(thread) ?? 0))
      this.found.add('I11', `${event.sub} was brought to ${upTo}; the log ends at ${this.revOf.get(thread)}`);
    for (const row of event.rows) {
      this.deliveries++;
      const [mid, , rev, text] = row;
      this.checkVersion(thread, epoch, row);
      if (isPresent && !this.stored.has(mid))
        this.found.add('I11', `${event.sub} got ${mid}, which is nowhere`);
      if (text !== '' && !text.startsWith('!') && this.texts.get(mid)?.has(text) === false)
        this.found.add('I11', `${event.sub} got a text of ${mid} that nobody wrote`);
      const why = this.facts.rights.refusal(ident, room, { thread, rev, t });
      if (why) this.found.add('I15', `${ident} got rev ${rev} of ${thread} and ${why}`);
      this.checkGone(event.sub, row, { upTo, deleted });
    }
  }

  /** I9: one (thread, rev) is one message in one state, whoever looks. */
  private checkVersion(thread: string, epoch: string, [mid, seq, rev, text, reactions]: Row): void {
    const key = `${epoch} ${thread} ${rev}`;
    const version = `${mid} ${seq} ${text} ${reactions}`;
    const known = this.versions.get(key);
    if (known === undefined) this.versions.set(key, version);
    else if (known !== version) this.found.add('I9', `${key}: "${known}" and "${version}"`);
  }

  /** I18: neither a deleted text nor a replaced one comes back. */
  private checkGone(
    sub: string,
    [mid, , rev, text]: Row,
    { upTo, deleted }: { upTo: number; deleted: Map<string, number> },
  ): void {
    if (text.startsWith('!')) this.found.add('I18', `${sub} got ${mid} deleted, with its text`);
    else if (text === '') deleted.set(mid, rev);
    else if (deleted.has(mid)) this.found.add('I18', `${sub} got a text of ${mid} after its deletion`);
    const newer = this.edits.get(mid)?.find((edit) => edit > rev && edit <= upTo);
    if (newer !== undefined && text !== '')
      this.found.add(
        'I18',
        `${sub} got ${mid} of rev ${rev} in a state of ${upTo}; it was edited at ${newer}`,
      );
  }
}

const isWrite = (event: Event): event is Attempt =>
  (event.f === 'send' || event.f === 'edit') && 'type' in event;
