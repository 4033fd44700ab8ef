import { beforeEach, describe, expect, it } from 'vitest';
import { Presence } from '@/server/realtime/presence';
import { presenceExpiryMs, presenceGraceMs } from '@/shared/limits';
import type { PresenceView } from '@/shared/signal';

let now: number;
let presence: Presence;
let heard: PresenceView[];
beforeEach(() => {
  now = Date.parse('2026-11-21T10:30:00Z');
  presence = new Presence(() => now);
  heard = [];
  presence.listen('ann', (view) => heard.push(view));
});
const pass = (ms: number) => {
  now += ms;
  presence.tick();
};
const stateOf = (userId = 'ann') => presence.viewOf(userId).state;
const states = () => heard.map(({ state }) => state);

describe('presence', () => {
  it('is counted per connection: one of two tabs may close', () => {
    const [one, two] = [presence.enter('ann'), presence.enter('ann')];
    one.leave();
    one.leave();
    pass(presenceGraceMs * 2);
    expect(stateOf()).toBe('online');
    two.leave();
    pass(presenceGraceMs);
    const lastSeenAt = new Date(now - presenceGraceMs).toISOString();
    expect(heard.at(-1)).toEqual({ userId: 'ann', state: 'offline', lastSeenAt });
    expect(states()).toEqual(['online', 'offline']);
  });

  it('outlasts a reload without a word', () => {
    presence.enter('ann').leave();
    pass(presenceGraceMs - 1);
    expect(stateOf()).toBe('online');
    presence.enter('ann');
    pass(presenceGraceMs * 3);
    expect(states()).toEqual(['online']);
  });

  it('is away when every tab is', () => {
    const [one, two] = [presence.enter('ann'), presence.enter('ann', true)];
    expect(stateOf()).toBe('online');
    one.change({ isAway: true });
    expect(stateOf()).toBe('away');
    two.change({ isAway: false });
    expect(states()).toEqual(['online', 'away', 'online']);
  });

  it('of one who hides is offline at once, and nothing tells when they were here', () => {
    const hold = presence.enter('ann');
    hold.change({ isHidden: true });
    expect(heard.at(-1)).toEqual({ userId: 'ann', state: 'offline', lastSeenAt: null });
    hold.leave();
    pass(presenceGraceMs);
    presence.enter('ann', false, true);
    expect(states()).toEqual(['online', 'offline']);
    expect(presence.takeChanges()).toEqual([]);
    expect(presence.everybody()).toEqual([]);
  });

  it('at another process is believed until it expires, and said again before that', () => {
    const other = new Presence(() => now);
    other.enter('ann');
    presence.hear('other', other.takeChanges());
    expect(stateOf()).toBe('online');
    pass(presenceExpiryMs - 1);
    presence.hear('other', other.everybody());
    pass(presenceExpiryMs - 1);
    expect(stateOf()).toBe('online');
    pass(1);
    expect(states()).toEqual(['online', 'offline']);
    expect(presence.size).toBe(0);
  });

  it('is the best of all processes', () => {
    presence.enter('ann', true);
    presence.hear('other', [{ userId: 'ann', state: 'online', lastSeenAt: null }]);
    expect(stateOf()).toBe('online');
    presence.hear('other', [{ userId: 'ann', state: 'offline', lastSeenAt: null }]);
    expect(stateOf()).toBe('away');
  });

  it('tells other processes changes once, and forgets who has gone', () => {
    const hold = presence.enter('ann');
    expect(presence.takeChanges()).toEqual([{ userId: 'ann', state: 'online', lastSeenAt: null }]);
    expect(presence.takeChanges()).toEqual([]);
    hold.leave();
    expect(presence.takeChanges()).toEqual([]);
    pass(presenceGraceMs);
    expect(presence.takeChanges()).toMatchObject([{ userId: 'ann', state: 'offline' }]);
    expect(presence.size).toBe(0);
  });
});
