import { knowDelivered } from '@/client/message/delivery';
import { callErrorOf, trpc } from '@/client/trpc';
import { onReadStates, readMoment, readStateOf, tellReadStates } from '@/client/thread/read-states';
import type { ThreadReadState } from '@/shared/thread';

const markEveryMs = 1_000;
const retryMs = 5_000;
const open = new Map<string, number>();

/** The threads that somebody reads in this page now: their states are kept current like those of lists. */
export const openThreadIds = (): string[] => [...open.keys()];

/** Runs a change of the person's own state and tells the answer. */
export async function changeState(call: () => Promise<ThreadReadState>): Promise<ThreadReadState> {
  const asOf = readMoment();
  const { threadId, ...readState } = await call();
  // Nothing is kept for strangers: what is unknown stays so.
  const isKept =
    readState.following || readState.muted || readState.markVersion > 0 || readState.lastReadSeq > 0;
  if (readStateOf(threadId) != null || isKept) tellReadStates([{ threadId, readState }], asOf);
  return { threadId, ...readState };
}

/**
 * One reading of a thread, from its opening: where the person had come to, and how far they come now.
 * Its marks carry the version of its opening, so a thread marked unread meanwhile, here or elsewhere,
 * stays unread until the person comes back to it.
 */
export class Reading {
  private atOpen: { lastReadSeq: number | null; unread: number } | null = null;
  private version = 0;
  private seenSeq = 0;
  /** How far the server was told by this reading; the mark of the opening tells what others see of it. */
  private toldSeq = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private notBeforeMs = 0;
  private isSending = false;
  private isOpen = false;

  /** @param isSomebody whether the server knows this person: it keeps nothing for strangers */
  constructor(
    private readonly threadId: string,
    private readonly isSomebody: () => boolean,
  ) {}

  /** @returns closes it; what was seen last is told then */
  open(): () => void {
    this.isOpen = true;
    open.set(this.threadId, (open.get(this.threadId) ?? 0) + 1);
    const asOf = readMoment();
    this.learn();
    if (!this.atOpen)
      trpc()
        .inbox.unread.query({ threadIds: [this.threadId] })
        .then(({ states }) => {
          const told = states.length > 0 ? states : [{ threadId: this.threadId, readState: null }];
          tellReadStates(told, asOf);
        })
        // The list of threads tells it as well; without either there is no divider.
        .catch(() => undefined);
    const stop = onReadStates(() => this.learn());
    const comeBack = () => this.comeBack();
    window.addEventListener('focus', comeBack);
    return () => {
      this.isOpen = false;
      stop();
      window.removeEventListener('focus', comeBack);
      clearTimeout(this.timer);
      this.timer = undefined;
      const readers = (open.get(this.threadId) ?? 1) - 1;
      if (readers > 0) open.set(this.threadId, readers);
      else open.delete(this.threadId);
      void this.send();
    };
  }

  /** The mark when the thread was opened; null while it is unknown, and where none is kept. */
  lastReadSeqAtOpen = (): number | null => {
    this.learn();
    return this.atOpen?.lastReadSeq ?? null;
  };

  /** What was unread then. */
  unreadAtOpen = (): number => {
    this.learn();
    return this.atOpen?.unread ?? 0;
  };

  isKnown = (): boolean => {
    this.learn();
    return this.atOpen !== null;
  };

  /** The person has the message at `seq` before their eyes. */
  markSeen = (seq: number): void => {
    if (seq <= this.seenSeq) return;
    this.seenSeq = seq;
    this.schedule();
  };

  /** The message at `seq` and all after it are unread again; what is in view now marks nothing. */
  markUnread = async (seq: number): Promise<void> => {
    clearTimeout(this.timer);
    this.timer = undefined;
    await changeState(() => trpc().thread.markUnread.mutate({ threadId: this.threadId, seq }));
  };

  private learn(): void {
    const state = readStateOf(this.threadId);
    if (this.atOpen || state === undefined) return;
    this.atOpen = { lastReadSeq: state?.lastReadSeq ?? null, unread: state?.unread ?? 0 };
    this.version = state?.markVersion ?? 0;
    if (this.seenSeq > 0) this.schedule();
  }

  private comeBack(): void {
    const state = readStateOf(this.threadId);
    if (!state || state.markVersion === this.version) return;
    this.version = state.markVersion;
    this.seenSeq = state.lastReadSeq;
    this.toldSeq = state.lastReadSeq;
  }

  private schedule(): void {
    if (this.timer !== undefined || this.isSending || !this.isOpen) return;
    const waitMs = Math.max(0, this.notBeforeMs - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, waitMs);
  }

  private async send(): Promise<void> {
    const [state, seq] = [readStateOf(this.threadId), this.seenSeq];
    if (state === undefined || !this.isSomebody() || seq <= this.toldSeq || this.isSending) return;
    if ((state?.markVersion ?? 0) !== this.version) return;
    this.isSending = true;
    this.notBeforeMs = Date.now() + markEveryMs;
    const markVersion = this.version;
    knowDelivered(this.threadId, seq);
    try {
      await changeState(() => trpc().thread.markRead.mutate({ threadId: this.threadId, seq, markVersion }));
      this.toldSeq = Math.max(this.toldSeq, seq);
      this.isSending = false;
      if (this.seenSeq > seq) await (this.isOpen ? this.schedule() : this.send());
    } catch (cause) {
      this.isSending = false;
      this.notBeforeMs = Date.now() + retryMs;
      if (callErrorOf(cause).isPassing) this.schedule();
    }
  }
}
