import { randomUUID } from 'node:crypto';
import { monotonicMs } from '@/server/base/monotonic';
import { once } from '@/server/base/once';
import { bus } from '@/server/realtime/bus';
import { Presence, type PresenceWord } from '@/server/realtime/presence';
import { lastSeenMs, presenceMs, presencePerWordMax, presenceRefreshMs } from '@/shared/limits';

/** Writes when these people were last here: now. */
export type WriteLastSeen = (userIds: string[]) => Promise<void>;

/** Who is on this process, said to the others: each change within a second, and everybody before it expires. */
export class PresenceLink {
  readonly presence = new Presence();
  private readonly id = randomUUID();
  private refreshedAtMs = monotonicMs();
  private writtenAtMs = monotonicMs();
  private readonly timer: NodeJS.Timeout;
  private readonly unsubscribe: () => void;

  /** @param onError a database that fails: the next round writes again */
  constructor(
    private readonly writeLastSeen: WriteLastSeen,
    private readonly onError: (cause: unknown) => void,
  ) {
    this.unsubscribe = bus().subscribe('people', (event) => {
      if (event.type === 'presence' && event.from !== this.id) this.presence.hear(event.from, event.people);
    });
    this.timer = setInterval(() => this.beat(), presenceMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.unsubscribe();
  }

  private beat(): void {
    this.presence.tick();
    const changes = this.presence.takeChanges();
    this.say(changes);
    const now = monotonicMs();
    if (now - this.refreshedAtMs >= presenceRefreshMs) {
      this.refreshedAtMs = now;
      this.say(this.presence.everybody());
    }
    const gone = changes.filter(({ lastSeenAt }) => lastSeenAt).map(({ userId }) => userId);
    const isDue = now - this.writtenAtMs >= lastSeenMs;
    if (isDue) this.writtenAtMs = now;
    const seen = isDue ? [...gone, ...this.presence.everybody().map(({ userId }) => userId)] : gone;
    if (seen.length > 0) this.writeLastSeen([...new Set(seen)]).catch(this.onError);
  }

  private say(words: PresenceWord[]): void {
    for (let from = 0; from < words.length; from += presencePerWordMax)
      bus().publish('people', {
        type: 'presence',
        from: this.id,
        people: words.slice(from, from + presencePerWordMax),
      });
  }
}

/** The one of this process. */
export const presenceLink = (writeLastSeen: WriteLastSeen, onError: (cause: unknown) => void): PresenceLink =>
  once('presence', () => new PresenceLink(writeLastSeen, onError));
