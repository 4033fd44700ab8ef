import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { getRoom, listRooms, parseListCursor } from '@/server/domain/room/read';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { mintVisitor, renameUser, visitorByVerifier } from '@/server/domain/user/visitor';
import { listMessages } from '@/server/domain/message/read';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import { changeSettings } from '@/server/testing/server';
import type { Viewer } from '@/shared/user';

const stranger: Viewer = { kind: 'stranger', userId: null };
const input = (name: string) => ({
  id: newId(),
  name,
  topic: '',
  kind: 'public' as const,
  visitors: 'write' as const,
});

describe('createRoom', () => {
  it('makes a room with its main thread and its owner, once, however often it is asked', async () => {
    const alice = await makeMember();
    const wanted = input('Garden Club');
    const rooms = await Promise.all([
      createRoom(alice, wanted),
      createRoom(alice, wanted),
      createRoom(alice, wanted),
    ]);
    expect(rooms[0]).toMatchObject({ id: wanted.id, slug: 'garden-club', role: 'owner' });
    expect(new Set(rooms.map((room) => room.mainThreadId)).size).toBe(1);
    await expect(createRoom(await makeMember('Bob'), wanted)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('gives rooms of one name addresses of their own, and every name an address', async () => {
    const alice = await makeMember();
    const slugs = await Promise.all(
      ['Tea room', 'Tea Room', 'tea-room!', '茶室', '🫖 🫖'].map(
        async (name) => (await createRoom(alice, input(name))).slug,
      ),
    );
    expect(new Set(slugs).size).toBe(5);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9-]+$/);
  });
});

describe('reading rooms', () => {
  it('shows a private room to its members only, as if there were none', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    expect((await getRoom(alice, { slug: room.slug })).id).toBe(room.id);
    for (const viewer of [stranger, await makeVisitor(), await makeMember('Bob')]) {
      await expect(getRoom(viewer, { slug: room.slug })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(getRoom(viewer, { id: room.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await listRooms(viewer, { limit: 100 })).rooms.some((each) => each.id === room.id)).toBe(false);
    }
  });

  it('lists the room with the latest message first, in pages', async () => {
    const alice = await makeMember();
    const name = `Listed ${newId().slice(-8)}`;
    const rooms = [];
    for (let i = 0; i < 5; i++) rooms.push(await makeRoom(alice, { name: `${name} ${i}` }));
    await say(alice, rooms[1]?.mainThreadId ?? '');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listRooms(alice, { search: name.toUpperCase(), limit: 2, cursor });
      seen.push(...page.rooms.map((room) => room.name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([1, 4, 3, 2, 0].map((i) => `${name} ${i}`));
  });

  it('takes anything that is no cursor for the beginning', () => {
    const id = newId();
    expect(parseListCursor(`2026-02-03T04:05:06.789Z~${id}`)).toEqual({ at: '2026-02-03T04:05:06.789Z', id });
    for (const cursor of [
      '',
      '~',
      '2026-02-30T00:00:00.000Z~' + id,
      '2026-13-01T00:00:00.000Z~' + id,
      `2026-02-03T04:05:06.789Z~${'-'.repeat(36)}`,
    ])
      expect(parseListCursor(cursor)).toBeNull();
  });
});

describe('joining', () => {
  it('is repeatable, mends a removal when it is explicit, and never a ban', async () => {
    const [alice, bob] = [await makeMember(), await makeMember('Bob')];
    const room = await makeRoom(alice);
    const set = (status: string) =>
      pool().query('update memberships set status = $3 where room_id = $1 and user_id = $2', [
        room.id,
        bob.userId,
        status,
      ]);
    expect((await joinRoomByCall(bob, room.id)).role).toBe('member');
    expect((await joinRoomByCall(bob, room.id)).role).toBe('member');
    await set('removed');
    await expect(say(bob, room.mainThreadId)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      reason: 'not_member',
    });
    expect((await joinRoomByCall(bob, room.id)).role).toBe('member');
    await set('banned');
    await expect(joinRoomByCall(bob, room.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      listMessages(bob, { threadId: room.mainThreadId, direction: 'backward', limit: 5 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a visitor', () => {
  it('is one row per secret, made once by concurrent first writes', async () => {
    const verifier = Buffer.from(newId().replaceAll('-', '').repeat(2), 'hex');
    const made = await Promise.all(Array.from({ length: 5 }, () => mintVisitor(verifier, 'Quiet Otter')));
    expect(new Set(made.map((member) => member.userId)).size).toBe(1);
    expect(await visitorByVerifier(verifier)).toMatchObject({ kind: 'visitor', name: 'Quiet Otter' });
    expect(await visitorByVerifier(Buffer.alloc(32))).toBeNull();
  });

  it('keeps its messages under a new name', async () => {
    const visitor = await makeVisitor('Old Name');
    const room = await makeRoom(await makeMember());
    await say(visitor, room.mainThreadId);
    await renameUser(visitor, 'New Name');
    const page = await listMessages(stranger, {
      threadId: room.mainThreadId,
      direction: 'backward',
      limit: 5,
    });
    expect(page.people[visitor.userId]?.name).toBe('New Name');
    expect(page.messages[0]?.rev).toBe(1);
  });
});

describe('who may make rooms', () => {
  it.each([
    ['everyone', [true, true, true]],
    ['accounts', [false, true, true]],
    ['admins', [false, false, true]],
  ])('is %s by a setting', async (setting, expected) => {
    changeSettings({ ROOM_CREATION: setting });
    try {
      const admin = { ...(await makeMember('Admin')), isAdmin: true };
      const made = await Promise.allSettled(
        [await makeVisitor(), await makeMember(), admin].map((viewer) => makeRoom(viewer)),
      );
      expect(made.map(({ status }) => status === 'fulfilled')).toEqual(expected);
      for (const one of made)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'FORBIDDEN' });
    } finally {
      changeSettings({ ROOM_CREATION: 'everyone' });
    }
  });
});
