import { connectionState } from '@/client/connection';
import { readMoment, tellReadStates } from '@/client/thread/read-states';
import { callErrorOf, trpc } from '@/client/trpc';
import type { UnreadView } from '@/shared/thread';
import { unreadAskMax } from '@/shared/unread';

const debounceMs = 150;
/** Between two questions, so that a busy room costs one a second. */
const pauseMs = 1_000;
const retryMs = 5_000;

/**
 * Asks the server what is unread after news that may have changed it. Numbers are never counted up
 * here: what is shown was counted by the server. One question is under way at a time, so answers cannot
 * overtake each other.
 */
export class UnreadAsker {
  private wanted = new Set<string>();
  private isWanted = false;
  private isAsking = false;
  private isClosed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private notBeforeMs = 0;

  /** @param onTold hears every answer; its states are told already */
  constructor(private readonly onTold: (told: UnreadView) => void) {}

  /** Asks soon for the states of these threads, and for the sums in any case. */
  want(threadIds: readonly string[]): void {
    for (const threadId of threadIds) this.wanted.add(threadId);
    this.isWanted = true;
    this.schedule();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.timer !== undefined || this.isAsking || this.isClosed || !this.isWanted) return;
    const waitMs = Math.max(debounceMs, this.notBeforeMs - Date.now());
    this.timer = setTimeout(() => void this.ask(), waitMs);
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    const threadIds = [...this.wanted].slice(0, unreadAskMax);
    for (const threadId of threadIds) this.wanted.delete(threadId);
    this.isWanted = this.wanted.size > 0;
    this.isAsking = true;
    this.notBeforeMs = Date.now() + pauseMs;
    const asOf = readMoment();
    try {
      const told = await trpc().inbox.unread.query({ threadIds });
      if (this.isClosed) return;
      tellReadStates(told.states, asOf);
      this.onTold(told);
    } catch (cause) {
      // Without a connection there is nothing to repeat: all is read anew when it is back.
      if (callErrorOf(cause).isPassing && connectionState() === 'live') {
        for (const threadId of threadIds) this.wanted.add(threadId);
        this.isWanted = true;
        this.notBeforeMs = Date.now() + retryMs;
      }
    } finally {
      this.isAsking = false;
      this.schedule();
    }
  }
}
