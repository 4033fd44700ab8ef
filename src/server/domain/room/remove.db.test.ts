import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tails } from '@/server/api/live';
import { pool } from '@/server/base/db';
import { joinRoomByCall } from '@/server/domain/room/write';
import { getRoom } from '@/server/domain/room/read';
import { removeMember } from '@/server/domain/room/remove';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { admit, changesOf, followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { bus } from '@/server/realtime/bus';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

/** A private room, its owner, and two who read it over sockets. */
async function setUp() {
  const alice = await makeMember();
  const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
  const [bob, carol] = [await makeKnownVisitor('Bob'), await makeKnownVisitor('Carol')];
  await admit(room.id, bob.viewer.userId);
  await admit(room.id, carol.viewer.userId);
  const open = async (secret: string) => {
    const { trpc } = server.openClient(secret);
    const [thread, inbox] = [followThread(trpc, room.mainThreadId), followInbox(trpc)];
    await eventually(() => thread.events.length > 0 && inbox.events.length > 0);
    return { thread, inbox };
  };
  return {
    alice,
    room,
    bob: { ...bob, ...(await open(bob.secret)) },
    carol: { ...carol, ...(await open(carol.secret)) },
  };
}
const told = ({ inbox }: { inbox: ReturnType<typeof followInbox> }) => JSON.stringify(inbox.events);

describe('removing somebody from a private room', () => {
  it('S48: ends their open stream at once, without any sweep, and nothing later reaches them', async () => {
    const { alice, room, bob, carol } = await setUp();
    vi.spyOn(tails(), 'sweep').mockResolvedValue();
    await removeMember(alice, { roomId: room.id, userId: bob.viewer.userId });
    await eventually(() => bob.thread.refused === 'NOT_FOUND');
    await eventually(() => told(bob).includes('"removed"'));
    await say(alice, room.mainThreadId, 'Said afterwards');
    await eventually(() => changesOf(carol.thread).length === 1 && told(carol).includes('Said afterwards'));
    expect(changesOf(bob.thread)).toEqual([]);
    expect(told(bob)).not.toContain('Said afterwards');
    await expect(getRoom(bob.viewer, { id: room.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('S48: lets nothing through either when the news of the removal are lost', async () => {
    const { alice, room, bob, carol } = await setUp();
    vi.spyOn(tails(), 'sweep').mockResolvedValue();
    const publish = bus().publish.bind(bus());
    vi.spyOn(bus(), 'publish').mockImplementation((topic, event) => {
      if (event.type !== 'acl' && event.type !== 'membership') publish(topic, event);
    });
    await removeMember(alice, { roomId: room.id, userId: bob.viewer.userId });
    await say(alice, room.mainThreadId, 'Said afterwards');
    await eventually(() => bob.thread.refused === 'NOT_FOUND');
    await eventually(() => changesOf(carol.thread).length === 1 && told(carol).includes('Said afterwards'));
    expect(changesOf(bob.thread)).toEqual([]);
    expect(told(bob)).not.toContain('Said afterwards');
  });

  it('is repeatable, and for moderators against lower roles only', async () => {
    const { alice, room, bob, carol } = await setUp();
    const outsider = await makeMember('Mallory');
    const seat = (userId: string) => ({ roomId: room.id, userId });
    const setRole = (userId: string, role: string) =>
      pool().query('update memberships set role = $3 where room_id = $1 and user_id = $2', [
        room.id,
        userId,
        role,
      ]);
    await setRole(bob.viewer.userId, 'moderator');
    await expect(removeMember(outsider, seat(bob.viewer.userId))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(removeMember(carol.viewer, seat(bob.viewer.userId))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(removeMember(bob.viewer, seat(alice.userId))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(removeMember(alice, seat(newId()))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const twice = [1, 2].map(() => removeMember(bob.viewer, seat(carol.viewer.userId)));
    expect(new Set((await Promise.all(twice)).map((each) => each.userId))).toEqual(
      new Set([carol.viewer.userId]),
    );
    const { rows } = await pool().query<{ aclRev: number }>(
      'select acl_rev as "aclRev" from rooms where id = $1',
      [room.id],
    );
    expect(rows[0]?.aclRev).toBe(1);
  });
});

describe('a public room', () => {
  it('S48: tells whoever it has banned nothing more, and everybody else as before', async () => {
    const alice = await makeMember();
    const [room, other] = [await makeRoom(alice), await makeRoom(alice)];
    const bob = await makeKnownVisitor('Bob');
    await joinRoomByCall(bob.viewer, room.id);
    const inbox = followInbox(server.openClient(bob.secret).trpc);
    await eventually(() => inbox.events.length > 0);
    await pool().query(`update memberships set status = 'banned' where room_id = $1 and user_id = $2`, [
      room.id,
      bob.viewer.userId,
    ]);
    await pool().query('update rooms set acl_rev = acl_rev + 1 where id = $1', [room.id]);
    await say(alice, room.mainThreadId, 'For the others');
    await say(await makeVisitor(), other.mainThreadId, 'For everybody');
    await eventually(() => told({ inbox }).includes('For everybody'));
    expect(told({ inbox })).not.toContain('For the others');
  });
});
