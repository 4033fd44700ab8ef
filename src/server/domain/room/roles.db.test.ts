import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { leaveRoom } from '@/server/domain/room/leave';
import { inviteMembers, listMembers } from '@/server/domain/room/people';
import { getRoom } from '@/server/domain/room/read';
import { removeMember } from '@/server/domain/room/remove';
import { setRole, transferRoom } from '@/server/domain/room/roles';
import { joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import type { RoomRole } from '@/shared/room';
import type { Member } from '@/shared/user';

/** A private room of Alice with Bob, Carol and Dan as members. */
async function setUp() {
  const [alice, bob, carol, dan] = await Promise.all(
    ['Alice', 'Bob', 'Carol', 'Dan'].map((name) => makeMember(name)),
  );
  if (!alice || !bob || !carol || !dan) throw new Error('Nobody came.');
  const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
  const roomId = room.id;
  await inviteMembers(alice, {
    roomId,
    userIds: [bob, carol, dan].map((one) => one.userId),
    hidesHistory: false,
  });
  const give = (by: Member, to: Member, role: RoomRole) => setRole(by, { roomId, userId: to.userId, role });
  const roleOf = async (person: Member) => (await getRoom(person, { id: roomId })).role;
  const ownerCount = async () => {
    const { rows } = await pool().query<{ count: number }>(
      `select count(*)::int as count from memberships where room_id = $1 and role = 'owner' and status = 'active'`,
      [roomId],
    );
    return rows[0]?.count;
  };
  return { alice, bob, carol, dan, room, roomId, give, roleOf, ownerCount };
}
const forbidden = { code: 'FORBIDDEN' };
const lastOwner = { code: 'CONFLICT', reason: 'last_owner' };

describe('roles', () => {
  it('are given by owners alone, and change what a person may do at once', async () => {
    const { alice, bob, carol, room, roomId, give, roleOf } = await setUp();
    expect((await getRoom(bob, { id: roomId })).may).toEqual(['members', 'leave']);
    await expect(give(bob, carol, 'moderator')).rejects.toMatchObject(forbidden);
    expect(await give(alice, bob, 'moderator')).toMatchObject({ role: 'moderator' });
    expect((await getRoom(bob, { id: roomId })).may).toContain('invite');
    await expect(give(bob, carol, 'moderator')).rejects.toMatchObject(forbidden);
    await give(alice, carol, 'visitor');
    await expect(say(carol, room.mainThreadId)).rejects.toMatchObject({ reason: 'visitors_read_only' });
    await give(alice, bob, 'owner');
    await expect(give(alice, bob, 'member')).rejects.toMatchObject(forbidden);
    await give(bob, bob, 'member');
    expect(await roleOf(bob)).toBe('member');
  });

  it('S55: leave a room with an owner, whoever steps down, leaves or is taken out', async () => {
    const { alice, bob, roomId, give, ownerCount } = await setUp();
    await expect(give(alice, alice, 'member')).rejects.toMatchObject(lastOwner);
    await expect(leaveRoom(alice, { roomId })).rejects.toMatchObject(lastOwner);
    await expect(removeMember(alice, { roomId, userId: alice.userId })).rejects.toMatchObject(forbidden);
    await give(alice, bob, 'owner');
    // Both at once: one of them stays.
    const results = await Promise.allSettled([leaveRoom(bob, { roomId }), give(alice, alice, 'member')]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await ownerCount()).toBe(1);
  });

  it('S55: of one room are nothing in another', async () => {
    const [one, other] = [await setUp(), await setUp()];
    await one.give(one.alice, one.bob, 'moderator');
    const seat = { roomId: other.roomId, userId: other.carol.userId };
    for (const viewer of [one.alice, one.bob]) {
      await expect(removeMember(viewer, seat)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(setRole(viewer, { ...seat, role: 'visitor' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    const open = await makeRoom(other.alice);
    await joinRoomByCall(one.bob, open.id);
    await joinRoomByCall(other.carol, open.id);
    await expect(
      removeMember(one.bob, { roomId: open.id, userId: other.carol.userId }),
    ).rejects.toMatchObject(forbidden);
  });

  it('move with the room when it is handed over', async () => {
    const { alice, bob, carol, roomId, roleOf } = await setUp();
    await expect(transferRoom(bob, { roomId, userId: bob.userId })).rejects.toMatchObject(forbidden);
    await expect(transferRoom(alice, { roomId, userId: newId() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await Promise.allSettled([
      transferRoom(alice, { roomId, userId: bob.userId }),
      transferRoom(alice, { roomId, userId: carol.userId }),
    ]);
    const roles = await Promise.all([alice, bob, carol].map(roleOf));
    expect(new Set(roles)).toEqual(new Set(['member', 'moderator', 'owner']));
    expect(roles[0]).toBe('moderator');
  });

  it('end with leaving or being removed: who comes back is a member', async () => {
    const [alice, bob] = [await makeMember(), await makeMember('Bob')];
    const room = await makeRoom(alice);
    await joinRoomByCall(bob, room.id);
    const seat = { roomId: room.id, userId: bob.userId };
    for (const end of [() => leaveRoom(bob, seat), () => removeMember(alice, seat)]) {
      await setRole(alice, { ...seat, role: 'moderator' });
      await end();
      expect((await getRoom(bob, { id: room.id })).role).toBeNull();
      expect((await joinRoomByCall(bob, room.id)).role).toBe('member');
    }
  });
});

describe('an administrator', () => {
  it('acts as an owner in public rooms, and knows no private one', async () => {
    const { alice, roomId } = await setUp();
    const admin = { ...(await makeMember('Root')), isAdmin: true };
    const open = await makeRoom(alice);
    expect((await getRoom(admin, { id: open.id })).may).toContain('roles');
    expect((await getRoom(admin, { id: open.id })).may).not.toContain('leave');
    const bob = await makeMember('Bob');
    await joinRoomByCall(bob, open.id);
    await setRole(admin, { roomId: open.id, userId: bob.userId, role: 'moderator' });
    await expect(getRoom(admin, { id: roomId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the people of a room', () => {
  it('S52: are shown to its members, owners first, in pages and by name', async () => {
    const { alice, bob, roomId, give } = await setUp();
    await give(alice, bob, 'moderator');
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listMembers(alice, { roomId, limit: 3, cursor });
      names.push(...page.members.map((member) => `${member.person.name} ${member.role}`));
      cursor = page.nextCursor;
    } while (cursor);
    expect(names).toHaveLength(4);
    expect(names.slice(0, 2)).toEqual(['Alice owner', 'Bob moderator']);
    const found = await listMembers(alice, { roomId, search: 'car', limit: 10 });
    expect(found.members.map((member) => member.person.name)).toEqual(['Carol']);
    expect(JSON.stringify(found)).not.toMatch(/verifier|email|status|historyFrom/);
  });

  it('are nobody else’s business', async () => {
    const { alice, roomId } = await setUp();
    const outsider = await makeVisitor();
    await expect(listMembers(outsider, { roomId, limit: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const open = await makeRoom(alice);
    await expect(listMembers(outsider, { roomId: open.id, limit: 5 })).rejects.toMatchObject(forbidden);
  });

  it('are invited by moderators, once, and a ban is not lifted by it', async () => {
    const { alice, bob, carol, roomId } = await setUp();
    const eve = await makeVisitor('Eve');
    const invite = (by: Member, ...people: string[]) =>
      inviteMembers(by, { roomId, userIds: people, hidesHistory: false });
    await expect(invite(bob, eve.userId)).rejects.toMatchObject(forbidden);
    await expect(invite(alice, eve.userId, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const twice = await Promise.all([invite(alice, eve.userId), invite(alice, eve.userId, eve.userId)]);
    expect(twice.flatMap((result) => result.added)).toEqual([eve.userId]);
    expect((await getRoom(eve, { id: roomId })).role).toBe('member');
    await removeMember(alice, { roomId, userId: eve.userId });
    expect((await invite(alice, eve.userId)).added).toEqual([eve.userId]);
    await pool().query(`update memberships set status = 'banned' where room_id = $1 and user_id = $2`, [
      roomId,
      carol.userId,
    ]);
    expect((await invite(alice, carol.userId)).added).toEqual([]);
    await expect(getRoom(carol, { id: roomId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
