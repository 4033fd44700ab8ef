import { applyOps, type Applied, type Op } from '@/client/message/outbox-change';
import { lineOf, type Items, type OutboxItem } from '@/client/message/outbox-item';
import type { Change, OutboxStore } from '@/client/message/outbox-store';

type Waiting = { op: Op; isStrict: boolean; onDone(): void };
type Lines = ReadonlyMap<string, readonly OutboxItem[]>;

/**
 * One person's items in this tab. A change shows at once, and is then made on what is really kept, together
 * with all that came meanwhile; what cannot be kept lives in this tab alone until a later write takes it
 * along.
 */
export class OutboxKeeper {
  private kept = true;
  /** As last read from the store or heard of from other tabs. */
  private known: Items = new Map();
  /** `known` with the changes that are still on their way to the store. */
  private shown: Items = new Map();
  private lines: Lines = new Map();
  private queue: Waiting[] = [];
  private isWriting = false;
  /** What the store has not taken: items in their newest state, null for one that is gone. */
  private readonly unkept = new Map<string, OutboxItem | null>();
  private readonly gone = new Set<string>();

  constructor(
    private readonly owner: string,
    private readonly store: OutboxStore,
    private readonly on: { change(): void; written(change: Change): void },
  ) {}

  /** False when the store failed last: something would be lost with this tab. */
  get isKept(): boolean {
    return this.kept;
  }

  /** The items of a thread, in order; the same array until one changes. */
  line(threadId: string): readonly OutboxItem[] {
    return this.lines.get(threadId) ?? none;
  }

  allLines(): Lines {
    return this.lines;
  }

  get(itemId: string): OutboxItem | undefined {
    return this.shown.get(itemId);
  }

  isOnlyHere(itemId: string): boolean {
    return this.unkept.has(itemId);
  }

  /**
   * Makes a change: it shows when this returns.
   * @param isStrict whether it is something that only the person could say again
   * @returns resolved once it is kept, or cannot be
   */
  run(op: Op, isStrict = false): Promise<void> {
    const done = new Promise<void>((onDone) => this.queue.push({ op, isStrict, onDone }));
    this.show(applyOps(this.shown, [op]).items);
    if (!this.isWriting) void this.write();
    return done;
  }

  /** Looks at what is kept now. */
  refresh(): Promise<void> {
    return this.run(() => ({}));
  }

  /** Another tab's change, already kept. */
  hear({ put, drop }: Change): void {
    const known = new Map(this.known);
    for (const item of put)
      if (!this.gone.has(item.itemId) && item.version > (known.get(item.itemId)?.version ?? 0))
        known.set(item.itemId, item);
    for (const itemId of drop) {
      // This tab's timeline may not show it yet: then it stays here until it does.
      if (known.get(itemId)?.state === 'sent') continue;
      known.delete(itemId);
      this.gone.add(itemId);
    }
    this.known = known;
    this.showAgain();
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    // What is done in the same breath is written together.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue.slice();
      const ops = batch.map((waiting) => waiting.op);
      const before = this.known;
      try {
        const isStrict = batch.some((waiting) => waiting.isStrict);
        const applied = await this.store.change(this.owner, (kept) => this.applyTo(kept, ops), isStrict);
        this.unkept.clear();
        this.setKept(true);
        this.adopt(applied, before);
        if (applied.put.length + applied.drop.length > 0)
          this.on.written({ put: applied.put, drop: applied.drop });
      } catch {
        const applied = applyOps(this.known, ops);
        for (const item of applied.put) this.unkept.set(item.itemId, item);
        for (const itemId of applied.drop) this.unkept.set(itemId, null);
        this.setKept(false);
        this.known = applied.items;
      }
      this.queue.splice(0, batch.length);
      this.showAgain();
      for (const waiting of batch) waiting.onDone();
    }
    this.isWriting = false;
  }

  /** The changes on what is kept, with what earlier writes could not keep. */
  private applyTo(kept: Items, ops: readonly Op[]): Applied {
    const base = new Map(kept);
    for (const item of this.known.values())
      if (item.state === 'sent' && !base.has(item.itemId)) base.set(item.itemId, item);
    for (const [itemId, item] of this.unkept) {
      if (!item) base.delete(itemId);
      else if (item.version >= (base.get(itemId)?.version ?? 0)) base.set(itemId, item);
    }
    const applied = applyOps(base, ops);
    const put = new Map(applied.put.map((item) => [item.itemId, item]));
    const drop = new Set(applied.drop);
    for (const itemId of this.unkept.keys()) {
      const item = applied.items.get(itemId);
      if (item) put.set(itemId, item);
      else drop.add(itemId);
    }
    return { items: applied.items, put: [...put.values()], drop: [...drop] };
  }

  /** @param before what was known when the store was asked: what came since was not in it yet */
  private adopt({ items, drop }: Applied, before: Items): void {
    for (const itemId of drop) this.gone.add(itemId);
    const next = new Map([...items].filter(([itemId]) => !this.gone.has(itemId)));
    for (const [itemId, item] of this.known) {
      if (this.gone.has(itemId)) continue;
      const read = next.get(itemId);
      if (read ? item.version >= read.version : !before.has(itemId)) next.set(itemId, item);
      else if (!read) this.gone.add(itemId);
    }
    this.known = next;
  }

  private setKept(isKept: boolean): void {
    if (this.kept === isKept) return;
    this.kept = isKept;
    this.on.change();
  }

  private showAgain(): void {
    const ops = this.queue.map((waiting) => waiting.op);
    this.show(ops.length === 0 ? this.known : applyOps(this.known, ops).items);
  }

  /** What is equal keeps its identity, so that only rows that changed are drawn anew. */
  private show(items: Items): void {
    const next = new Map<string, OutboxItem>();
    for (const [itemId, item] of items) {
      const old = this.shown.get(itemId);
      next.set(itemId, old && isSame(old, item) ? old : item);
    }
    const threadIds = new Set([...next.values()].map((item) => item.threadId));
    const lines = new Map<string, readonly OutboxItem[]>();
    for (const threadId of threadIds) {
      const [old, line] = [this.line(threadId), lineOf(next, threadId)];
      const isEqual = old.length === line.length && line.every((item, i) => item === old[i]);
      lines.set(threadId, isEqual ? old : line);
    }
    this.shown = next;
    const hasChanged = lines.size !== this.lines.size || [...lines].some(([id, l]) => l !== this.line(id));
    if (!hasChanged) return;
    this.lines = lines;
    this.on.change();
  }
}

const none: readonly OutboxItem[] = [];

const isSame = (a: OutboxItem, b: OutboxItem) => a === b || JSON.stringify(a) === JSON.stringify(b);
