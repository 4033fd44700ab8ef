import { trpc } from '@/client/trpc';
import { tabId } from '@/client/user/presence';
import { isSomebody } from '@/client/user/use-me';
import { awayAfterHiddenMs, awayAfterIdleMs } from '@/shared/limits';

/** A word may be lost on its way between servers: it is said twice. */
const againMs = 10_000;

/**
 * Watches whether anybody is at this page: nobody is when nothing was touched for five minutes, or when
 * the page was out of view for one.
 */
export class Away {
  private isAway = false;
  private touchedAtMs = Date.now();
  private hiddenAtMs: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly say: (isAway: boolean) => void = sayAway) {}

  /** @returns ends it */
  watch(): () => void {
    const touch = () => this.touch();
    const look = () => this.look();
    const touches = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focus'] as const;
    for (const touching of touches) window.addEventListener(touching, touch, { passive: true });
    document.addEventListener('visibilitychange', look);
    this.look();
    return () => {
      for (const touching of touches) window.removeEventListener(touching, touch);
      document.removeEventListener('visibilitychange', look);
      clearTimeout(this.timer);
      clearTimeout(this.again);
    };
  }

  /** The server has forgotten this page: it takes a new one for attended. */
  repeat(): void {
    if (this.isAway) this.say(true);
  }

  private touch(): void {
    this.touchedAtMs = Date.now();
    if (this.isAway) this.look();
  }

  private look(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    if (document.visibilityState === 'visible') {
      if (this.hiddenAtMs !== null) this.touchedAtMs = now;
      this.hiddenAtMs = null;
    } else this.hiddenAtMs ??= now;
    const untilMs = Math.min(
      this.touchedAtMs + awayAfterIdleMs,
      (this.hiddenAtMs ?? Infinity) + awayAfterHiddenMs,
    );
    this.become(untilMs <= now);
    if (!this.isAway) this.timer = setTimeout(() => this.look(), untilMs - now);
  }

  private become(isAway: boolean): void {
    if (this.isAway === isAway) return;
    this.isAway = isAway;
    this.say(isAway);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.say(this.isAway), againMs);
  }
}

function sayAway(isAway: boolean): void {
  if (!isSomebody()) return;
  // Said again in ten seconds, and when the connection is back.
  trpc()
    .user.setPresence.mutate({ tab: tabId, isAway })
    .catch(() => undefined);
}
