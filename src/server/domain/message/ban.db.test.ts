import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { noteAddress } from '@/server/auth/address-hash';
import { banAndPurge, purgeMember } from '@/server/domain/message/purge';
import { listMessages } from '@/server/domain/message/read';
import { listAudit } from '@/server/domain/room/audit';
import { listBans, unbanMember } from '@/server/domain/room/ban';
import { createLink, joinByLink } from '@/server/domain/room/invite-link';
import { joinRoomByCall } from '@/server/domain/room/write';
import { markAddress } from '@/server/domain/user/address-mark';
import {
  makeMember,
  makePair,
  makeRoom,
  makeThread,
  makeVisitor,
  newId,
  say,
  storedLog,
} from '@/server/testing/factories';
import type { Member } from '@/shared/user';

const identity = { addressHours: 0, purgeHours: 0 };
const newest = { direction: 'backward', limit: 100 } as const;

describe('a ban', () => {
  it('shuts a person out of one room until somebody lets them in again', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeRoom(alice);
    await say(bob, room.mainThreadId);
    const ban = () => banAndPurge(alice, { roomId: room.id, userId: bob.userId, ...identity });
    expect(await Promise.all([ban(), ban()])).toEqual([
      { userId: bob.userId, isAddressBanned: false, deleted: 0, hasMore: false },
      { userId: bob.userId, isAddressBanned: false, deleted: 0, hasMore: false },
    ]);
    await expect(say(bob, room.mainThreadId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(joinRoomByCall(bob, room.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(listMessages(bob, { threadId: room.mainThreadId, ...newest })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await say(bob, other.mainThreadId);
    expect((await listBans(alice, room.id)).bans).toMatchObject([
      { person: { id: bob.userId }, addressUntil: null },
    ]);
    await unbanMember(alice, { roomId: room.id, userId: bob.userId });
    await say(bob, room.mainThreadId);
    const { entries } = await listAudit(alice, { roomId: room.id, limit: 100 });
    expect(entries.map((entry) => entry.action).toSorted()).toEqual(['room.ban', 'room.unban']);
  });

  it('S55: is for the room’s moderators, and never against an equal or a higher role', async () => {
    const { alice, bob, room } = await makePair();
    const carol = await makeMember('Carol');
    const hers = await makeRoom(carol);
    const hidden = await makeRoom(carol, { kind: 'private', visitors: 'none' });
    const ban = (viewer: typeof alice, roomId: string, userId: string) =>
      banAndPurge(viewer, { roomId, userId, ...identity });
    await expect(ban(bob, room.id, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ban(alice, hers.id, carol.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ban(alice, hidden.id, carol.userId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ban(alice, room.id, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ban(alice, room.id, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await joinRoomByCall(carol, room.id);
    await pool().query(`update memberships set role = 'moderator' where room_id = $1 and user_id <> $2`, [
      room.id,
      alice.userId,
    ]);
    await expect(ban(bob, room.id, alice.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ban(bob, room.id, carol.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await ban(alice, room.id, carol.userId);
  });

  it('S110: with their network, keeps visitors from there out for a time, and nobody else', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const [spammer, second, third, elsewhere] = await Promise.all(
      ['Spam', 'Spam two', 'Spam three', 'Far away'].map(makeVisitor),
    );
    if (!spammer || !second || !third || !elsewhere) throw new Error('Four were made.');
    for (const visitor of [spammer, second, third]) await noteAddress(visitor, '203.0.113.7');
    await noteAddress(elsewhere, '198.51.100.1');
    for (const visitor of [spammer, second, elsewhere]) await say(visitor, room.mainThreadId);
    const where = { roomId: room.id, userId: spammer.userId };
    expect(await banAndPurge(alice, { ...where, addressHours: 24, purgeHours: 0 })).toMatchObject({
      isAddressBanned: true,
    });
    for (const visitor of [second, third])
      await expect(say(visitor, room.mainThreadId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(joinRoomByCall(second, room.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await say(elsewhere, room.mainThreadId);
    await say((await makePair()).bob, room.mainThreadId);
    const { rows } = await pool().query<{ text: string }>(
      'select prefix_hash::text as text from address_bans',
    );
    expect(JSON.stringify(rows)).not.toMatch(/203\.0\.113/);
    expect((await listBans(alice, room.id)).bans[0]?.addressUntil).not.toBeNull();
    // A link of the room is no way around it, except for an account: that one can be banned itself.
    const token = randomBytes(32).toString('base64url');
    const link = { id: newId(), roomId: room.id, token, role: 'member', hours: null, usesMax: null } as const;
    await createLink(alice, { ...link, hidesHistory: false });
    const joinByToken = (who: Member) => joinByLink(who, token, () => Promise.resolve(who));
    await expect(joinByToken(third)).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'banned' });
    const account = await makeMember('Bob');
    await markAddress(account.userId, (await storedMark(third.userId)) ?? Buffer.alloc(32));
    for (const who of [account, elsewhere]) expect((await joinByToken(who)).id).toBe(room.id);
    await pool().query('update address_bans set until = now() where room_id = $1', [room.id]);
    await say(third, room.mainThreadId);
    await joinRoomByCall(second, room.id);
  });
});

const storedMark = async (userId: string) =>
  (
    await pool().query<{ hash: Buffer }>('select prefix_hash as hash from address_marks where user_id = $1', [
      userId,
    ])
  ).rows[0]?.hash;

describe('a purge', () => {
  it('deletes what a person wrote lately in all threads of the room, and nothing else', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeRoom(alice);
    const thread = await makeThread(bob, room.id);
    const old = await say(bob, room.mainThreadId, 'Long ago');
    await pool().query(`update messages set created_at = now() - interval '2 days' where id = $1`, [old.id]);
    for (let i = 0; i < 70; i++) await say(bob, room.mainThreadId, `Spam ${i}`);
    await say(bob, thread.id, 'Spam in a thread');
    await say(bob, other.mainThreadId, 'In another room');
    await say(alice, room.mainThreadId, 'By somebody else');
    const input = { roomId: room.id, userId: bob.userId, hours: 24 };
    expect(await purgeMember(alice, input)).toEqual({ deleted: 71, hasMore: false });
    expect(await purgeMember(alice, input)).toEqual({ deleted: 0, hasMore: false });
    const { messages } = await listMessages(alice, { threadId: room.mainThreadId, ...newest });
    expect(messages.filter((message) => !message.deletedAt).map((message) => message.text)).toEqual([
      'Long ago',
      'By somebody else',
    ]);
    const log = await storedLog(room.mainThreadId);
    expect(log.map((row) => row.seq)).toEqual(Array.from({ length: 72 }, (_, i) => i + 1));
    expect(new Set(log.map((row) => row.rev)).size).toBe(72);
    expect(Math.max(...log.map((row) => row.rev))).toBe(142);
    const elsewhere = await listMessages(alice, { threadId: other.mainThreadId, ...newest });
    expect(elsewhere.messages[0]?.text).toBe('In another room');
    await expect(purgeMember(bob, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
