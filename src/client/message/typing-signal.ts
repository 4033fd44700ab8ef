import { trpc } from '@/client/trpc';
import { isSomebody } from '@/client/user/use-me';
import { typingSignalMs, typingTtlMs } from '@/shared/limits';

/** Says that the person at this browser types in a thread: at most once a second, and nothing for strangers. */
export class TypingSignal {
  private saidAtMs = -Infinity;

  constructor(
    private readonly threadId: string,
    private readonly say: (isTyping: boolean) => void = (isTyping) => sayTyping(threadId, isTyping),
  ) {}

  /** The text has changed by the person's hand. */
  typed(text: string): void {
    if (!text.trim()) return this.stop();
    if (Date.now() - this.saidAtMs < typingSignalMs) return;
    this.saidAtMs = Date.now();
    this.say(true);
  }

  /** It was sent: everybody sees that by the message. */
  sent(): void {
    this.saidAtMs = -Infinity;
  }

  /** Nothing is being written any more. */
  stop(): void {
    if (Date.now() - this.saidAtMs < typingTtlMs) this.say(false);
    this.saidAtMs = -Infinity;
  }
}

function sayTyping(threadId: string, isTyping: boolean): void {
  if (!isSomebody()) return;
  // A word that is lost is said again with the next letter.
  trpc()
    .thread.setTyping.mutate({ threadId, isTyping })
    .catch(() => undefined);
}
