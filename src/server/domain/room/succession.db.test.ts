import { describe, expect, it } from 'vitest';
import { inviteMembers } from '@/server/domain/room/people';
import { getRoom } from '@/server/domain/room/read';
import { setRole } from '@/server/domain/room/roles';
import { passRoomsOn } from '@/server/domain/room/succession';
import { eraseUser } from '@/server/domain/message/erase';
import { deactivateAccount } from '@/server/domain/user/account';
import { makeMember, makeRoom, makeVisitor, say } from '@/server/testing/factories';
import type { Member } from '@/shared/user';

const roleOf = async (person: Member, id: string) => (await getRoom(person, { id })).role;
const erase = (person: Member) => eraseUser(person, { texts: 'keep', proof: person.name });

/** A room of Alice, where Bob came before Carol. */
async function setUp() {
  const [alice, bob, carol] = [await makeMember('Alice'), await makeMember('Bob'), await makeMember('Carol')];
  const { id: roomId, mainThreadId } = await makeRoom(alice);
  for (const { userId } of [bob, carol])
    await inviteMembers(alice, { roomId, userIds: [userId], hidesHistory: false });
  return { alice, bob, carol, roomId, mainThreadId };
}

describe('a room whose only owner goes', () => {
  it('passes to a moderator, and else to the member who was there first', async () => {
    const one = await setUp();
    await setRole(one.alice, { roomId: one.roomId, userId: one.carol.userId, role: 'moderator' });
    await erase(one.alice);
    expect([await roleOf(one.bob, one.roomId), await roleOf(one.carol, one.roomId)]).toEqual([
      'member',
      'owner',
    ]);
    const two = await setUp();
    await erase(two.alice);
    expect([await roleOf(two.bob, two.roomId), await roleOf(two.carol, two.roomId)]).toEqual([
      'owner',
      'member',
    ]);
  });

  it('stays as it is where there is another owner, and where the only one is not there any more it passes', async () => {
    const { alice, bob, carol, roomId } = await setUp();
    await setRole(alice, { roomId, userId: carol.userId, role: 'owner' });
    await erase(alice);
    expect(await roleOf(bob, roomId)).toBe('member');
    await passRoomsOn(carol, { isForGood: false });
    await deactivateAccount(carol);
    expect(await roleOf(bob, roomId)).toBe('owner');
    // Whoever comes back is still one.
    expect(await roleOf(carol, roomId)).toBe('owner');
  });

  it('is archived when nobody but walk-in visitors is left, and only when the owner goes for good', async () => {
    const alice = await makeMember('Alice');
    const otter = await makeVisitor();
    const { id, mainThreadId } = await makeRoom(alice);
    await say(otter, mainThreadId);
    await passRoomsOn(alice, { isForGood: false });
    expect(await getRoom(otter, { id })).toMatchObject({ archivedAt: null, role: 'visitor' });
    await erase(alice);
    expect(await getRoom(otter, { id })).toMatchObject({ archivedAt: expect.any(String), role: 'visitor' });
  });
});
