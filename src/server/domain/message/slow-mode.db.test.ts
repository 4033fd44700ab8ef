import { beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { sendMessage } from '@/server/domain/message/send';
import { moderateRoom } from '@/server/domain/room/moderate';
import { muteMember } from '@/server/domain/room/mute';
import { makeMember, makePair, makeThread, newId, say, storedLog } from '@/server/testing/factories';

let pair: Awaited<ReturnType<typeof makePair>>;
beforeEach(async () => (pair = await makePair()));

const minute = 60_000;
const set = (settings: { slowModeMs?: number; isLocked?: boolean }) =>
  moderateRoom(pair.alice, { roomId: pair.room.id, ...settings });
/** Lets time pass for what slow mode counts from. */
const passed = (ms: number) =>
  pool().query(
    `update memberships set last_post_at = last_post_at - $2 * interval '1 millisecond' where room_id = $1`,
    [pair.room.id, ms],
  );

describe('slow mode', () => {
  it('lets a person write once per interval and says when to come again', async () => {
    const { bob, room } = pair;
    await set({ slowModeMs: minute });
    await say(bob, room.mainThreadId, 'One');
    const refused = await say(bob, room.mainThreadId, 'Two').catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ code: 'TOO_MANY_REQUESTS', reason: 'slow_mode' });
    const { retryAfterMs } = refused as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(minute - 20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(minute);
    await passed(minute);
    await say(bob, room.mainThreadId, 'Three');
    expect(await storedLog(room.mainThreadId)).toHaveLength(2);
  });

  it('S102: counts over all threads of the room, however many messages come at once', async () => {
    const { bob, room } = pair;
    const threads = await Promise.all([makeThread(bob, room.id), makeThread(bob, room.id)]);
    await set({ slowModeMs: minute });
    const ids = [room.mainThreadId, ...threads.map((thread) => thread.id)];
    const sends = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => say(bob, ids[i % 3] ?? '', `Message ${i}`)),
    );
    expect(sends.filter((send) => send.status === 'fulfilled')).toHaveLength(1);
    const logs = await Promise.all(ids.map(storedLog));
    expect(logs.flat()).toHaveLength(1);
  });

  it('answers a repeated send with what it wrote first', async () => {
    const { bob, room } = pair;
    await set({ slowModeMs: minute });
    const input = { id: newId(), threadId: room.mainThreadId, text: 'Once' };
    const first = await sendMessage(bob, input);
    expect(await sendMessage(bob, input)).toEqual(first);
  });

  it('costs nobody their turn for a message that was not written', async () => {
    const { bob, room } = pair;
    await set({ slowModeMs: minute });
    const lost = { id: newId(), threadId: room.mainThreadId, text: 'An answer', replyToId: newId() };
    await expect(sendMessage(bob, lost)).rejects.toMatchObject({ reason: 'reply_not_found' });
    await say(bob, room.mainThreadId, 'Now');
  });

  it('is for everybody but moderators, each for themselves, and ends', async () => {
    const { alice, bob, room } = pair;
    const carol = await makeMember('Carol');
    await set({ slowModeMs: minute });
    for (const text of ['a', 'b', 'c']) await say(alice, room.mainThreadId, text);
    await say(bob, room.mainThreadId);
    await say(carol, room.mainThreadId);
    await expect(say(carol, room.mainThreadId)).rejects.toMatchObject({ reason: 'slow_mode' });
    await set({ slowModeMs: 0 });
    await say(bob, room.mainThreadId);
    await say(carol, room.mainThreadId);
  });
});

describe('a locked room', () => {
  it('is written to by moderators only, until it is opened again', async () => {
    const { alice, bob, room } = pair;
    expect((await set({ isLocked: true })).lockedAt).not.toBeNull();
    await expect(say(bob, room.mainThreadId)).rejects.toMatchObject({ reason: 'room_locked' });
    await say(alice, room.mainThreadId);
    expect((await set({ isLocked: false })).lockedAt).toBeNull();
    await say(bob, room.mainThreadId);
  });

  it('and slow mode are set by its moderators only', async () => {
    const { bob, room } = pair;
    const outsider = await makeMember('Mallory');
    for (const viewer of [bob, outsider])
      await expect(moderateRoom(viewer, { roomId: room.id, isLocked: true })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
  });
});

describe('muting', () => {
  it('lets a person read and not write until its time is over', async () => {
    const { alice, bob, room } = pair;
    const seat = { roomId: room.id, userId: bob.userId };
    const { mutedUntil } = await muteMember(alice, { ...seat, forMs: minute });
    expect(Date.parse(mutedUntil ?? '')).toBeGreaterThan(Date.now() + minute / 2);
    await expect(say(bob, room.mainThreadId)).rejects.toMatchObject({ reason: 'muted' });
    await pool().query(`update memberships set muted_until = now() where user_id = $1`, [bob.userId]);
    await say(bob, room.mainThreadId);
    await muteMember(alice, { ...seat, forMs: minute });
    expect(await muteMember(alice, { ...seat, forMs: 0 })).toMatchObject({ mutedUntil: null });
    await say(bob, room.mainThreadId);
  });

  it('is for moderators, against lower roles only', async () => {
    const { alice, bob, room } = pair;
    const mute = (viewer: typeof alice, userId: string) =>
      muteMember(viewer, { roomId: room.id, userId, forMs: minute });
    await expect(mute(bob, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(mute(await makeMember('Mallory'), bob.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(mute(alice, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(mute(alice, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await pool().query(`update memberships set role = 'moderator' where user_id = $1`, [bob.userId]);
    await expect(mute(bob, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
