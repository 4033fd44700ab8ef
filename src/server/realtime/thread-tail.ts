import { metrics } from '@/server/base/metrics';
import { bus, type Bus, type BusEvent } from '@/server/realtime/bus';
import { Readers } from '@/server/realtime/readers';
import { share } from '@/server/realtime/shared-json';
import type { ThreadEvent } from '@/shared/event';
import { epochOf } from '@/shared/cursor';
import { tailChanges, tailGapWaitMs } from '@/shared/limits';
import { idsNamedIn } from '@/shared/mention';
import type { MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';
import type { People, PersonView } from '@/shared/user';

export type Batch = Extract<ThreadEvent, { type: 'changes' }>;

/** How a tail reads the database; `realtime` itself knows no SQL. */
export type TailSource = {
  /** Changes after `rev` with the head of the same moment; `reset` when they cannot be continued. */
  readChanges(
    threadId: string,
    rev: number,
  ): Promise<
    | { type: 'changes'; changes: MessageView[]; people: People; head: ThreadHead; aclRev: number }
    | { type: 'reset' }
  >;
  /** Where these threads stand; one that is gone is missing. */
  readHeads(threadIds: string[]): Promise<{ head: ThreadHead; aclRev: number }[]>;
};

type Entry = { change: MessageView; people: PersonView[] };

/**
 * The newest changes of one watched thread, kept once per process. All gap logic lives here: a hole
 * waits a moment for its change, then one read of the database closes it. Readers hold no queue, just
 * their `rev`, and are woken when the tail is ahead of them.
 */
export class ThreadTail {
  /** The newest state of each message, ascending by rev; together they cover every change in (floor, rev]. */
  private readonly kept: Entry[] = [];
  private readonly keptById = new Map<string, Entry>();
  private floor: number;
  private readonly early = new Map<number, BusEvent & { type: 'changes' }>();
  private gapTimer: NodeJS.Timeout | undefined;
  private repairing: Promise<void> | undefined;
  private isBehind = false;
  private readonly batches = new Map<number, Batch>();
  private readonly readers = new Readers(() => this.observeDelivery());
  private observedRev = 0;
  private readonly subscriptions: (() => void)[];
  isGone = false;
  /** How often the database had to close a hole; the sweep's finds included. */
  repairs = 0;

  constructor(
    readonly threadId: string,
    private readonly source: TailSource,
    public head: ThreadHead,
    public aclRev: number,
    private readonly onError: (cause: unknown) => void,
    on: Bus = bus(),
  ) {
    this.floor = head.rev;
    const hear = (event: BusEvent) => this.onBusEvent(event);
    this.subscriptions = [on.subscribe(`thread:${threadId}`, hear), on.subscribe(`acl:${head.roomId}`, hear)];
  }

  get rev(): number {
    return this.head.rev;
  }

  get readerCount(): number {
    return this.readers.size;
  }

  /** @returns the function that detaches the reader */
  attach(wake: () => void): () => void {
    return this.readers.add(wake);
  }

  /**
   * Everything after `rev` up to the newest, the same object for all readers that stand there; null
   * when that lies before what the tail holds.
   */
  batchFrom(rev: number): Batch | null {
    if (rev < this.floor) return null;
    const made = this.batches.get(rev);
    if (made) return made;
    const last = this.kept.findLastIndex(({ change }) => change.rev <= rev);
    const entries = this.kept.slice(last + 1);
    const batch: Batch = share({
      type: 'changes',
      from: rev,
      to: this.rev,
      changes: entries.map((entry) => entry.change),
      people: Object.fromEntries(
        entries.flatMap((entry) => entry.people).map((person) => [person.id, person]),
      ),
      head: this.head,
    });
    this.batches.set(rev, batch);
    return batch;
  }

  /**
   * Compares with what the database said, and catches up where it is ahead.
   * @param askedAt the tail's `rev` when the database was asked: only one that knows less than that is
   *   another one; what came in meanwhile it could not say yet
   */
  async compare(now: { head: ThreadHead; aclRev: number } | undefined, askedAt: number): Promise<void> {
    if (!now) {
      this.isGone = true;
      return this.readers.wake();
    }
    if (now.aclRev > this.aclRev) {
      this.aclRev = now.aclRev;
      this.readers.wake();
    }
    // A restored database may have come as far: what the tail holds, its cursor too, is of another log.
    const isOther = epochOf(now.head.cursor) !== epochOf(this.head.cursor);
    if (isOther || now.head.rev < askedAt) return this.startOver(now.head);
    if (now.head.rev > this.rev) await this.repair();
    this.takeHead(now.head);
  }

  /** A word that the thread is gone is a reason to ask, no proof. */
  private async look(): Promise<void> {
    try {
      const askedAt = this.rev;
      const [now] = await this.source.readHeads([this.threadId]);
      await this.compare(now, askedAt);
    } catch (cause) {
      this.onError(cause);
    }
  }

  /** Lets every reader look again, for a reason that is not the log's own. */
  nudge(): void {
    this.readers.wake();
  }

  close(): void {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    clearTimeout(this.gapTimer);
  }

  private onBusEvent(event: BusEvent): void {
    if (event.type === 'gone') void this.look();
    if (event.type === 'acl' || event.type === 'changes' || event.type === 'changed' || event.type === 'head')
      this.aclRev = Math.max(this.aclRev, event.aclRev);
    if (event.type === 'acl') this.readers.wake();
    if (event.type === 'head') this.takeHead(event.head);
    if (event.type === 'changed' && event.rev > this.rev) {
      // A read that is under way may have begun before this was committed.
      this.isBehind = this.repairing !== undefined;
      void this.repair();
    }
    if (event.type !== 'changes') return;
    if (event.batch.to <= this.rev) return;
    if (event.batch.from > this.rev) {
      this.early.set(event.batch.from, event);
      this.gapTimer ??= setTimeout(() => {
        this.gapTimer = undefined;
        void this.repair();
      }, tailGapWaitMs);
      return;
    }
    this.apply(event.batch.changes, event.batch.people, event.batch.head);
  }

  private apply(changes: MessageView[], people: People, head: ThreadHead): void {
    const before = this.rev;
    // What the tail holds already stays: the database may tell it again, having been asked before it came.
    const fresh = changes.filter((change) => change.rev > before).toSorted((a, b) => a.rev - b.rev);
    for (const change of fresh) {
      const ids = [
        change.author.id,
        change.replyTo?.authorId,
        ...change.reactions.flatMap((reaction) => reaction.userIds),
        ...idsNamedIn(change.text),
        ...idsNamedIn(change.replyTo?.text ?? ''),
      ];
      const named = ids.flatMap((id) => (id && people[id] ? [people[id]] : []));
      this.keep({ change, people: named });
    }
    this.head = head.headRev >= this.head.headRev ? head : { ...head, ...headFields(this.head) };
    this.batches.clear();
    for (const [from, event] of this.early) {
      if (event.batch.to <= this.rev) this.early.delete(from);
      else if (from <= this.rev) {
        this.early.delete(from);
        this.apply(event.batch.changes, event.batch.people, event.batch.head);
      }
    }
    if (this.early.size === 0) {
      clearTimeout(this.gapTimer);
      this.gapTimer = undefined;
    }
    this.readers.wake();
  }

  private keep(entry: Entry): void {
    const older = this.keptById.get(entry.change.id);
    // An older state must not stay in memory: it may hold a text that was deleted.
    if (older) this.kept.splice(this.kept.indexOf(older), 1);
    this.keptById.set(entry.change.id, entry);
    this.kept.push(entry);
    if (this.kept.length <= tailChanges) return;
    const [oldest] = this.kept.splice(0, 1);
    if (!oldest) return;
    this.keptById.delete(oldest.change.id);
    this.floor = oldest.change.rev;
  }

  /** One read at a time; a failure leaves the hole to the next sweep. */
  private repair(): Promise<void> {
    this.repairing ??= this.readAhead().finally(() => {
      this.repairing = undefined;
      if (this.isBehind) void this.repair();
      this.isBehind = false;
    });
    return this.repairing;
  }

  private async readAhead(): Promise<void> {
    this.repairs++;
    metrics().repairs.inc();
    try {
      const from = this.rev;
      const read = await this.source.readChanges(this.threadId, from);
      if (read.type === 'changes') {
        // The tail began anew meanwhile, before the place that was asked from: between them would be a hole.
        if (this.rev < from) return void (this.isBehind = true);
        // What was read may have been written after a right was taken away: leases must know.
        this.aclRev = Math.max(this.aclRev, read.aclRev);
        if (read.head.rev > this.rev) this.apply(read.changes, read.people, read.head);
        return;
      }
      const [now] = await this.source.readHeads([this.threadId]);
      if (now) this.startOver(now.head);
      else {
        this.isGone = true;
        this.readers.wake();
      }
    } catch (cause) {
      this.onError(cause);
    }
  }

  /** Forgets everything: readers behind this point are told to reset by the database's answer. */
  private startOver(head: ThreadHead): void {
    this.kept.length = 0;
    this.keptById.clear();
    this.early.clear();
    this.batches.clear();
    this.floor = head.rev;
    this.head = head;
    this.readers.wake();
  }

  private takeHead(head: ThreadHead): void {
    if (head.headRev <= this.head.headRev) return;
    this.head = { ...this.head, ...headFields(head) };
    this.batches.clear();
    this.readers.wake();
  }

  /**
   * How long ago the newest post was committed, now that all readers were woken for it, by the clocks of
   * two machines; older states say nothing.
   */
  private observeDelivery(): void {
    const newest = this.kept.at(-1)?.change;
    if (!newest || newest.rev !== this.rev || newest.rev === this.observedRev || this.readers.size === 0)
      return;
    this.observedRev = newest.rev;
    if (
      newest.seq === this.head.seq &&
      !newest.editedAt &&
      !newest.deletedAt &&
      newest.reactions.length === 0
    )
      metrics().delivery.observe(Math.max(0, Date.now() - Date.parse(newest.createdAt)) / 1000);
  }
}

/** What belongs to `headRev` rather than to `rev`. */
const headFields = (head: ThreadHead) => ({
  title: head.title,
  archivedAt: head.archivedAt,
  lockedAt: head.lockedAt,
  headRev: head.headRev,
});
