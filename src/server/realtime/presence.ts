import { presenceExpiryMs, presenceGraceMs } from '@/shared/limits';
import type { PresenceState, PresenceView } from '@/shared/signal';

/** One connection of a person: a tab's stream. */
export type Hold = { isAway: boolean; isHidden: boolean };
/** What one process says of the people on it. */
export type PresenceWord = Pick<PresenceView, 'userId' | 'state' | 'lastSeenAt'>;

type Person = {
  holds: Set<Hold>;
  /** By other processes, each believed until then. */
  elsewhere: Map<string, { state: PresenceState; untilMs: number }>;
  /** The last connection here is gone; until then a reload may bring it back. */
  gone: { atMs: number; state: PresenceState } | null;
  lastSeenAt: string | null;
  /** What this process has told the others. */
  told: PresenceState;
  /** What the listeners know. */
  known: PresenceState;
};

/**
 * Who is here: counted per connection, so that one tab of two can close and nothing changes, and over all
 * processes by words that expire, so that one which is killed leaves no ghosts. It has no clock and no bus
 * of its own; every step is O(1) in the number of people.
 */
export class Presence {
  private readonly people = new Map<string, Person>();
  private readonly listeners = new Map<string, Set<(view: PresenceView) => void>>();
  private readonly changed = new Set<string>();
  private readonly waiting = new Set<string>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a connection; the returned functions change and end it. */
  enter(userId: string, isAway = false, isHidden = false) {
    const person = this.personOf(userId);
    const hold: Hold = { isAway, isHidden };
    person.holds.add(hold);
    person.gone = null;
    this.look(userId);
    return {
      change: (change: Partial<Hold>) => {
        Object.assign(hold, change);
        if (hold.isHidden) person.lastSeenAt = null;
        this.look(userId);
      },
      leave: () => {
        const state = this.stateHere(person);
        if (!person.holds.delete(hold)) return;
        // Hidden people go at once: nothing of them was to be seen.
        if (person.holds.size === 0 && state !== 'offline') {
          person.gone = { atMs: this.now(), state };
          this.waiting.add(userId);
        }
        this.look(userId);
      },
    };
  }

  /** What another process says. */
  hear(processId: string, words: readonly PresenceWord[]): void {
    for (const { userId, state, lastSeenAt } of words) {
      const person = this.personOf(userId);
      if (state === 'offline') person.elsewhere.delete(processId);
      else person.elsewhere.set(processId, { state, untilMs: this.now() + presenceExpiryMs });
      if (lastSeenAt && lastSeenAt > (person.lastSeenAt ?? '')) person.lastSeenAt = lastSeenAt;
      if (person.elsewhere.size > 0) this.waiting.add(userId);
      this.look(userId);
    }
  }

  /** Ends what has expired. Call it every second or so. */
  tick(): void {
    const now = this.now();
    for (const userId of this.waiting) {
      const person = this.people.get(userId);
      if (!person) {
        this.waiting.delete(userId);
        continue;
      }
      for (const [processId, { untilMs }] of person.elsewhere)
        if (untilMs <= now) person.elsewhere.delete(processId);
      if (person.gone && person.gone.atMs + presenceGraceMs <= now) {
        person.lastSeenAt = new Date(person.gone.atMs).toISOString();
        person.gone = null;
      }
      if (person.elsewhere.size === 0 && !person.gone) this.waiting.delete(userId);
      this.look(userId);
    }
  }

  viewOf(userId: string): PresenceView {
    const person = this.people.get(userId);
    const state = person ? this.stateOf(person) : 'offline';
    return { userId, state, lastSeenAt: state === 'offline' ? (person?.lastSeenAt ?? null) : null };
  }

  /** Hears of a person's changes; the returned function ends it. */
  listen(userId: string, onChange: (view: PresenceView) => void): () => void {
    const set = this.listeners.get(userId) ?? new Set();
    this.listeners.set(userId, set);
    set.add(onChange);
    return () => {
      set.delete(onChange);
      if (set.size === 0 && this.listeners.get(userId) === set) this.listeners.delete(userId);
    };
  }

  /** What the other processes have not heard of this one's people yet. */
  takeChanges(): PresenceWord[] {
    const words = [...this.changed].flatMap((userId) => {
      const person = this.people.get(userId);
      if (!person) return [];
      const state = this.stateHere(person);
      if (state === person.told) return [];
      person.told = state;
      return [{ userId, state, lastSeenAt: state === 'offline' ? person.lastSeenAt : null }];
    });
    this.changed.clear();
    for (const { userId } of words) this.forget(userId);
    return words;
  }

  /** Everybody here, to be said again before the others' belief expires. */
  everybody(): PresenceWord[] {
    return [...this.people].flatMap(([userId, person]) => {
      const state = this.stateHere(person);
      return state === 'offline' ? [] : [{ userId, state, lastSeenAt: null }];
    });
  }

  /** For metrics and tests: how many people it remembers. */
  get size(): number {
    return this.people.size;
  }

  private personOf(userId: string): Person {
    const known = this.people.get(userId);
    if (known) return known;
    const person: Person = {
      holds: new Set(),
      elsewhere: new Map(),
      gone: null,
      lastSeenAt: null,
      told: 'offline',
      known: 'offline',
    };
    this.people.set(userId, person);
    return person;
  }

  private stateHere({ holds, gone }: Person): PresenceState {
    const shown = [...holds].filter((hold) => !hold.isHidden);
    if (shown.length > 0) return shown.every((hold) => hold.isAway) ? 'away' : 'online';
    return holds.size === 0 && gone ? gone.state : 'offline';
  }

  private stateOf(person: Person): PresenceState {
    const states = [this.stateHere(person), ...[...person.elsewhere.values()].map(({ state }) => state)];
    return states.includes('online') ? 'online' : states.includes('away') ? 'away' : 'offline';
  }

  private look(userId: string): void {
    const person = this.people.get(userId);
    if (!person) return;
    if (this.stateHere(person) !== person.told) this.changed.add(userId);
    const state = this.stateOf(person);
    if (state !== person.known) {
      person.known = state;
      const view = this.viewOf(userId);
      for (const listener of this.listeners.get(userId) ?? []) listener(view);
    }
    this.forget(userId);
  }

  /** Nothing is kept of people who are not here any more and whose going was told. */
  private forget(userId: string): void {
    const person = this.people.get(userId);
    if (!person || person.holds.size > 0 || person.elsewhere.size > 0) return;
    if (!person.gone && person.told === 'offline') this.people.delete(userId);
  }
}
