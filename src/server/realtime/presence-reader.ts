import { monotonicMs } from '@/server/base/monotonic';
import type { BusEvent } from '@/server/realtime/bus';
import type { Presence } from '@/server/realtime/presence';
import type { SharingWatch } from '@/server/realtime/sharing-watch';
import type { InboxEvent } from '@/shared/event';
import { presenceMs } from '@/shared/limits';
import type { PresenceView } from '@/shared/signal';

/**
 * One tab's part in presence: it counts as a connection of its person, and hears of the people whom it
 * watches, the newest state of each, once a second at most.
 */
export class PresenceReader {
  private readonly hold: ReturnType<Presence['enter']>;
  private readonly watched = new Map<string, () => void>();
  private readonly pending = new Map<string, PresenceView>();
  private saidAtMs = -Infinity;

  constructor(
    private readonly presence: Presence,
    private readonly sharing: SharingWatch,
    private readonly options: { userId: string; tab: string | null; wake(): void },
  ) {
    // Until it is known whether they hide, they do.
    this.hold = presence.enter(options.userId, false, true);
    this.look();
  }

  /** What is said on the topic of the tab's person. */
  hear(event: BusEvent): void {
    if (event.type === 'tab' && event.tab === this.options.tab) this.hold.change({ isAway: event.isAway });
    if (event.type === 'watch' && event.tab === this.options.tab) this.watch(event.userIds);
    // Another room's people may be out of sight now: the tab asks anew.
    if (event.type === 'membership' && event.status !== 'joined') this.watch([]);
    if (event.type === 'sharing') this.look(event.sharing.showsPresence);
  }

  /** Whether the person shows themselves decides what they show and what they are shown. */
  look(isShown = this.sharing.now()?.showsPresence ?? false): void {
    this.hold.change({ isHidden: !isShown });
    if (!isShown) this.watch([]);
  }

  /** @returns what to say now; a number is in how many ms to ask again, null that there is nothing */
  next(): InboxEvent | number | null {
    if (this.pending.size === 0) return null;
    const waitMs = this.saidAtMs + presenceMs - monotonicMs();
    if (waitMs > 0) return waitMs;
    this.saidAtMs = monotonicMs();
    const people = [...this.pending.values()];
    this.pending.clear();
    return { type: 'presence', people };
  }

  close(): void {
    this.watch([]);
    this.hold.leave();
    this.sharing.close();
  }

  private watch(userIds: readonly string[]): void {
    const wanted = new Set(userIds);
    for (const [userId, stop] of this.watched) {
      if (wanted.has(userId)) continue;
      stop();
      this.watched.delete(userId);
      this.pending.delete(userId);
    }
    for (const userId of wanted)
      if (!this.watched.has(userId))
        this.watched.set(
          userId,
          this.presence.listen(userId, (view) => {
            this.pending.set(userId, view);
            this.options.wake();
          }),
        );
  }
}
