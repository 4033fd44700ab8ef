import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { joinRoomByCall } from '@/server/domain/room/write';
import { updateSharing } from '@/server/domain/user/sharing';
import { publish } from '@/server/realtime/bus';
import { makeMember, makeRoom, newId } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { admit, followInbox, makeKnownVisitor } from '@/server/testing/synced';
import type { PresenceView } from '@/shared/signal';
import type { Member } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

let owner: Member;
let roomId: string;
beforeEach(async () => {
  owner = await makeMember('Owner');
  ({ id: roomId } = await makeRoom(owner, { kind: 'private', visitors: 'none' }));
});

/** Somebody who may read the room, with tabs that can be opened and closed. */
async function person(name: string, isIn = true) {
  const { viewer, secret } = await makeKnownVisitor(name);
  if (isIn) await admit(roomId, viewer.userId);
  const openTab = async () => {
    const tab = newId();
    const client = server.openClient(secret);
    const inbox = followInbox(client.trpc, tab);
    await eventually(() => inbox.events.length > 0);
    const heard = () =>
      inbox.events.flatMap((event): PresenceView[] => (event.type === 'presence' ? event.people : []));
    return {
      heard,
      last: (userId: string) => heard().findLast((view) => view.userId === userId),
      watch: async (...people: { userId: string }[]) =>
        (await client.trpc.user.watchPresence.mutate({ tab, userIds: people.map(({ userId }) => userId) }))
          .people,
      setAway: (isAway: boolean) => client.trpc.user.setPresence.mutate({ tab, isAway }),
      close: () => client.close(),
    };
  };
  return { ...viewer, openTab };
}
const isOnline = (watch: () => Promise<PresenceView[]>) =>
  expect.poll(watch, { timeout: 10_000 }).toMatchObject([{ state: 'online' }]);
const lastSeenOf = async ({ userId }: { userId: string }) =>
  (await pool().query<{ at: Date | null }>('select last_seen_at as at from users where id = $1', [userId]))
    .rows[0]?.at ?? null;

describe('presence', () => {
  it('tells of the first tab, of leaving all of them alone, and of the last one closed', async () => {
    const [ann, ben] = [await person('Ann'), await person('Ben')];
    const watcher = await ann.openTab();
    expect(await watcher.watch(ben)).toEqual([{ userId: ben.userId, state: 'offline', lastSeenAt: null }]);
    const one = await ben.openTab();
    await eventually(() => watcher.last(ben.userId)?.state === 'online');
    const two = await ben.openTab();
    await one.setAway(true);
    await two.setAway(true);
    await eventually(() => watcher.last(ben.userId)?.state === 'away');
    await two.setAway(false);
    await eventually(() => watcher.last(ben.userId)?.state === 'online');
    // Of two tabs one closes: the other one is still attended.
    void one.close();
    expect(await watcher.watch(ben)).toMatchObject([{ state: 'online' }]);
    void two.close();
    await eventually(() => watcher.last(ben.userId)?.state === 'offline', 30_000);
    expect(watcher.heard().map(({ state }) => state)).toEqual(['online', 'away', 'online', 'offline']);
    const seenAt = Date.parse(watcher.last(ben.userId)?.lastSeenAt ?? '');
    expect(Math.abs(Date.now() - seenAt)).toBeLessThan(60_000);
    await expect.poll(() => lastSeenOf(ben), { timeout: 10_000 }).not.toBeNull();
    expect(await watcher.watch(ben)).toMatchObject([
      { state: 'offline', lastSeenAt: expect.any(String) as string },
    ]);
  });

  it('is of people in sight only: who shares no room hears of nobody, nor does a stranger', async () => {
    const ben = await person('Ben');
    await ben.openTab();
    const mallory = await person('Mallory', false);
    const watcher = await mallory.openTab();
    expect(await watcher.watch(ben)).toEqual([]);
    const stranger = server.openClient('Q'.repeat(43)).trpc;
    expect(await stranger.user.watchPresence.mutate({ tab: newId(), userIds: [ben.userId] })).toEqual({
      people: [],
    });
    // A room that both may read brings them into each other's sight.
    const open = await makeRoom(owner);
    await joinRoomByCall(ben, open.id);
    await isOnline(() => watcher.watch(ben));
  });

  it('of one who hides is gone at once, without a trace of when they were here', async () => {
    const [ann, ben] = [await person('Ann'), await person('Ben')];
    const [watcher, hider] = [await ann.openTab(), await ben.openTab()];
    await watcher.watch(ben);
    await hider.watch(ann);
    await updateSharing(ben, { showsPresence: false });
    await eventually(() => watcher.last(ben.userId)?.state === 'offline');
    expect(watcher.last(ben.userId)?.lastSeenAt).toBeNull();
    expect([await watcher.watch(ben), await hider.watch(ann)]).toEqual([[], []]);
    void hider.close();
    expect(await lastSeenOf(ben)).toBeNull();
    await updateSharing(ben, { showsPresence: true });
    const again = await ben.openTab();
    await isOnline(() => watcher.watch(ben));
    await isOnline(() => again.watch(ann));
  });

  it('at another process counts as here', async () => {
    const [ann, ben] = [await person('Ann'), await person('Ben')];
    const watcher = await ann.openTab();
    await watcher.watch(ben);
    const says = (state: PresenceView['state']) =>
      publish('people', {
        type: 'presence',
        from: '0f0e1d2c-3b4a-4f5e-8d6c-7b8a9f0e1d2d',
        people: [{ userId: ben.userId, state, lastSeenAt: null }],
      });
    says('away');
    await eventually(() => watcher.last(ben.userId)?.state === 'away');
    says('offline');
    await eventually(() => watcher.last(ben.userId)?.state === 'offline');
  });
});
