import type { ThreadEvent } from '@/shared/event';
import { typingToldAgainMs, typingTtlMs } from '@/shared/limits';
import type { MessageView } from '@/shared/message';
import type { ReaderView, Receipts } from '@/shared/signal';
import type { PersonView } from '@/shared/user';

/** How far a message of one's own has come with the others. */
export type Tick = 'sent' | 'delivered' | 'read';

const nobody: readonly PersonView[] = [];
const noReaders: readonly ReaderView[] = [];

/**
 * What is said beside a thread's log, as this browser heard it last. Typing is forgotten when no more is
 * heard of it, so that a dead connection leaves nobody typing.
 */
export class ThreadSignals {
  typists = nobody;
  private receipts: Receipts | null = null;
  private at = new Map<number, readonly ReaderView[]>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  take(event: Extract<ThreadEvent, { type: 'typing' | 'receipts' }>): void {
    if (event.type === 'typing') {
      clearTimeout(this.timer);
      this.typists = event.userIds.flatMap((id) => event.people[id] ?? []);
      if (this.typists.length > 0)
        this.timer = setTimeout(() => this.forgetTypists(), typingTtlMs + typingToldAgainMs);
    } else {
      this.receipts = event;
      const before = this.at;
      const at = new Map<number, ReaderView[]>();
      for (const reader of event.readers)
        if (reader.seenSeq > 0) at.set(reader.seenSeq, [...(at.get(reader.seenSeq) ?? []), reader]);
      // A place where nothing has changed keeps its list, so that its row is not drawn anew.
      this.at = new Map([...at].map(([seq, readers]) => [seq, sameOr(before.get(seq), readers)]));
    }
    this.tell();
  }

  /** Messages came: whoever wrote one types no more. */
  wrote(messages: readonly MessageView[]): void {
    const left = this.typists.filter(({ id }) => !messages.some((message) => message.author.id === id));
    if (left.length === this.typists.length) return;
    this.typists = left;
    this.tell();
  }

  /** The stream has ended, or speaks of another log. */
  clear(): void {
    this.receipts = null;
    this.at.clear();
    this.forgetTypists();
  }

  /** The readers whose reading stands at this message, the first to come there first. */
  readersAt = (seq: number): readonly ReaderView[] => this.at.get(seq) ?? noReaders;

  personOf = (userId: string): PersonView | undefined => this.receipts?.people[userId];

  /** How far others have come beyond a message: `read` is by one of them at least. */
  tickOf(seq: number, myId: string | null): Tick {
    let tick: Tick = 'sent';
    for (const { userId, seenSeq, deliveredSeq } of this.receipts?.readers ?? noReaders) {
      if (userId === myId) continue;
      if (seenSeq >= seq) return 'read';
      if (deliveredSeq >= seq) tick = 'delivered';
    }
    return tick;
  }

  private forgetTypists(): void {
    clearTimeout(this.timer);
    this.typists = nobody;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function sameOr(before: readonly ReaderView[] | undefined, now: readonly ReaderView[]) {
  const isSame =
    before?.length === now.length &&
    now.every(({ userId, seenAt }, i) => before[i]?.userId === userId && before[i].seenAt === seenAt);
  return isSame ? before : now;
}
