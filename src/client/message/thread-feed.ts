import {
  emptyTimeline,
  messageAt,
  missingPages,
  withChildThread,
  withEvent,
  withoutChildThread,
  withoutFarPages,
  withPage,
  withPerson,
  type Timeline,
} from '@/client/message/timeline';
import { reconnectDelayMs } from '@/client/lib/retry-delay';
import { readyToDraw } from '@/client/message/marks';
import { noteDelivered } from '@/client/message/delivery';
import { ThreadSignals } from '@/client/message/thread-signals';
import { resubscribe } from '@/client/resubscribe';
import { callErrorOf, streams, trpc, type CallError } from '@/client/trpc';
import { isMe } from '@/client/user/use-me';
import { pageSize } from '@/shared/limits';
import type { ThreadEvent } from '@/shared/event';
import type { MessagePage, MessageView } from '@/shared/message';
import type { People, PersonView } from '@/shared/user';

const requestsMax = 4;
const pagesKept = 60;
/** So many places are read before they come into sight. */
const seqAhead = 2 * pageSize;

export type FeedState = {
  timeline: Timeline | null;
  /** Why there is nothing to show; null while loading and when all is well. */
  error: CallError | null;
  /** Whether the stream has said where the thread stands since the connection was last made. */
  isCurrent: boolean;
};

/** One thread in this browser: its timeline, the pages in sight, and the stream that keeps it current. */
export class ThreadFeed {
  private state: FeedState;
  private readonly listeners = new Set<() => void>();
  /** Who types here, and how far others have read. */
  readonly signals = new ThreadSignals();
  private readonly inFlight = new Set<number>();
  private wanted: number[] = [];
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stream: { close(): void } | undefined;
  private watchers = 0;
  /** The place in sight, which a reset reads again. */
  private nearSeq: number | null;
  private neededFrom: number | null = null;
  private direction = 0;

  /**
   * @param first a page that the server rendered, if any
   * @param nearSeq where the reader will look; null is the end
   */
  constructor(
    readonly threadId: string,
    first: MessagePage | null,
    nearSeq: number | null = null,
  ) {
    this.nearSeq = nearSeq;
    this.state = {
      timeline: first ? withPage(emptyTimeline(first.head), first) : null,
      error: null,
      isCurrent: false,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): FeedState => this.state;

  readonly messageAt = (seq: number): MessageView | undefined =>
    this.state.timeline ? messageAt(this.state.timeline, seq) : undefined;

  /** The name of a person whom the loaded messages name. */
  readonly nameOf = (userId: string): string | undefined => this.state.timeline?.people[userId]?.name;

  /** Opens the stream while anybody watches; the timeline stays for the next visit. */
  watch(): () => void {
    if (this.watchers++ === 0) void this.start();
    return () => {
      if (--this.watchers > 0) return;
      this.stream?.close();
      this.stream = undefined;
      clearTimeout(this.retry);
      this.signals.clear();
      this.set({ isCurrent: false });
    };
  }

  /**
   * Says which places are in sight; what is missing of them is read, the newest wish first. Who moves on
   * from the places before finds the next ones there already.
   */
  need(fromSeq: number, toSeq: number): void {
    this.nearSeq = Math.round((fromSeq + toSeq) / 2);
    const { timeline } = this.state;
    if (!timeline) return;
    const moved = this.neededFrom === null ? 0 : fromSeq - this.neededFrom;
    this.neededFrom = fromSeq;
    // A jump says nothing about where it will go on.
    if (moved !== 0) this.direction = Math.abs(moved) < pageSize ? Math.sign(moved) : 0;
    const from = this.direction < 0 ? fromSeq - seqAhead : toSeq;
    const ahead = this.direction === 0 ? [] : missingPages(timeline, from, from + seqAhead);
    this.wanted = [...new Set([...missingPages(timeline, fromSeq, toSeq), ...ahead])];
    this.pump();
  }

  /**
   * Reads the page around the first message at or after a moment.
   * @returns its place, the last one's when all are older; null in an empty thread
   * @throws what the call throws
   */
  async find(since: Date): Promise<number | null> {
    const epoch = this.epoch();
    const page = await trpc().message.list.query({
      threadId: this.threadId,
      since: since.toISOString(),
      limit: pageSize,
    });
    await readyToDraw(page.messages);
    const { timeline } = this.state;
    if (timeline && epoch === this.epoch()) this.set({ timeline: withPage(timeline, page) });
    return page.atSeq ?? null;
  }

  /** A message that a send was answered with, or people who are about to be called; the stream brings them too. */
  accept(messages: MessageView[], people: People = {}): void {
    const { timeline } = this.state;
    if (!timeline || messages.some(({ seq }) => seq > timeline.head.seq)) return;
    const page = { messages, people, prevCursor: null, nextCursor: null, head: timeline.head };
    this.set({ timeline: withPage(timeline, page) });
  }

  /** Somebody whom the loaded messages may name is called or looks otherwise now. */
  showPerson(person: PersonView): void {
    const { timeline } = this.state;
    const next = timeline && withPerson(timeline, person);
    if (next !== timeline) this.set({ timeline: next });
  }

  /** News of a thread that may have started from a message of this one. */
  showChildThread(messageId: string, card: NonNullable<MessageView['thread']>): void {
    const { timeline } = this.state;
    const next = timeline && withChildThread(timeline, messageId, card);
    if (next !== timeline) this.set({ timeline: next });
  }

  /** The thread that had started from a message of this one was deleted. */
  hideChildThread(messageId: string, threadId: string): void {
    const { timeline } = this.state;
    const next = timeline && withoutChildThread(timeline, messageId, threadId);
    if (next !== timeline) this.set({ timeline: next });
  }

  /**
   * Reads everything anew: somebody else is here, to whom other messages are their own; or the thread was
   * deleted, and asking again gives its last word.
   */
  restart(): void {
    this.signals.clear();
    this.stream?.close();
    this.stream = undefined;
    this.inFlight.clear();
    this.set({ timeline: null, error: null, isCurrent: false });
    if (this.watchers > 0) void this.start();
  }

  private async start(): Promise<void> {
    if (!this.state.timeline) {
      try {
        await this.readFirst();
      } catch (cause) {
        const error = callErrorOf(cause);
        if (!error.isPassing) return this.set({ error });
        this.retry = setTimeout(
          () => this.watchers > 0 && void this.start(),
          reconnectDelayMs(this.failures++),
        );
        return;
      }
    }
    if (this.watchers === 0 || this.stream) return;
    this.failures = 0;
    this.stream = resubscribe<{ data: ThreadEvent }>({
      open: (handlers) =>
        streams().thread.onEvent.subscribe({ threadId: this.threadId, lastEventId: this.cursor() }, handlers),
      onEvent: ({ data }) => this.onEvent(data),
      onRefused: (cause) => {
        this.signals.clear();
        this.set({ error: callErrorOf(cause), timeline: null, isCurrent: false });
      },
    });
  }

  private async readFirst(): Promise<void> {
    const page = await trpc().message.list.query({
      threadId: this.threadId,
      ...(this.nearSeq === null ? {} : { cursor: this.nearSeq, direction: 'around' as const }),
      limit: pageSize,
    });
    await readyToDraw(page.messages);
    this.set({ timeline: withPage(emptyTimeline(page.head), page), error: null });
  }

  private cursor(): string | undefined {
    const { timeline } = this.state;
    return timeline ? `${timeline.head.cursor.split('.')[0]}.${timeline.rev}` : undefined;
  }

  private onEvent(event: ThreadEvent): void {
    if (event.type === 'typing' || event.type === 'receipts') return this.signals.take(event);
    const { timeline } = this.state;
    const next = timeline && event.type !== 'reset' ? withEvent(timeline, event) : null;
    if (next) {
      const posts = event.type === 'changes' ? event.changes.filter(isAfter(timeline)) : [];
      this.signals.wrote(posts);
      // One's own messages were delivered to nobody by coming back.
      const others = posts.filter((post) => !isMe(post.author.id));
      const deliveredSeq = event.type === 'head' ? next.head.seq : (others.at(-1)?.seq ?? 0);
      noteDelivered(this.threadId, deliveredSeq);
      return this.set({ timeline: next, isCurrent: true });
    }
    this.restart();
  }

  private pump(): void {
    clearTimeout(this.retry);
    for (const page of this.wanted) {
      if (this.inFlight.size >= requestsMax) return;
      if (!this.inFlight.has(page)) void this.read(page);
    }
  }

  private async read(page: number): Promise<void> {
    const epoch = this.epoch();
    this.inFlight.add(page);
    try {
      const read = await trpc().message.list.query({
        threadId: this.threadId,
        cursor: page * pageSize,
        direction: 'forward',
        limit: pageSize,
      });
      await readyToDraw(read.messages);
      const { timeline } = this.state;
      this.failures = 0;
      // A page of another epoch speaks of another log.
      if (timeline && epoch === this.epoch()) {
        const merged = withoutFarPages(withPage(timeline, read), this.nearSeq ?? read.head.seq, pagesKept);
        this.set({ timeline: merged });
      }
    } catch (cause) {
      const error = callErrorOf(cause);
      if (!error.isPassing) this.set({ error });
      else
        this.retry = setTimeout(
          () => this.pump(),
          error.data?.retryAfterMs ?? reconnectDelayMs(this.failures++),
        );
      return;
    } finally {
      this.inFlight.delete(page);
    }
    this.wanted = this.wanted.filter((other) => other !== page);
    this.pump();
  }

  private epoch(): string | undefined {
    return this.state.timeline?.head.cursor.split('.')[0];
  }

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

const isAfter = (timeline: Timeline | null) => (message: MessageView) =>
  message.seq > (timeline?.head.seq ?? 0);
