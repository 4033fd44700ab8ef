import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import {
  createLink,
  joinByLink,
  listLinks,
  readInvitation,
  revokeLink,
} from '@/server/domain/room/invite-link';
import { getRoom } from '@/server/domain/room/read';
import { removeMember } from '@/server/domain/room/remove';
import { setRole } from '@/server/domain/room/roles';
import { inviteMembers } from '@/server/domain/room/people';
import { archiveRoom } from '@/server/domain/room/update';
import { makeMember, makeRoom, makeVisitor, newId, say } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import type { CreateLinkInput } from '@/shared/invite-link';
import type { Member, Viewer } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const stranger: Viewer = { kind: 'stranger', userId: null };
const newToken = () => randomBytes(32).toString('base64url');
const join = (person: Member, token: string) => joinByLink(person, token, () => Promise.resolve(person));

async function setUp(over: Partial<CreateLinkInput> = {}) {
  const alice = await makeMember();
  const room = await makeRoom(alice, { kind: 'private', visitors: 'none', name: 'Secret garden' });
  const input: CreateLinkInput = {
    id: newId(),
    roomId: room.id,
    token: newToken(),
    role: 'member',
    hours: 24,
    usesMax: null,
    hidesHistory: false,
    ...over,
  };
  const link = await createLink(alice, input);
  return { alice, room, input, link, token: input.token };
}
const closed = { code: 'FORBIDDEN', reason: 'link_closed' };
const count = async (sql: string, id: string) =>
  (await pool().query<{ n: number }>(`select count(*)::int as n from ${sql}`, [id])).rows[0]?.n;

describe('an invitation link', () => {
  it('says which room it is for, and takes a stranger in as a member who writes', async () => {
    const { room, token } = await setUp();
    expect(await readInvitation(stranger, { token })).toMatchObject({
      room: { name: 'Secret garden', slug: room.slug },
      state: 'open',
      isMember: false,
      invitedBy: 'Alice',
    });
    const bob = await makeVisitor('Bob');
    expect(await join(bob, token)).toMatchObject({ id: room.id, role: 'member' });
    await say(bob, room.mainThreadId, 'Hello');
    expect(await readInvitation(bob, { token })).toMatchObject({ isMember: true });
  });

  it('S56: lets exactly as many in as it says, of fifty who come at once', async () => {
    const { room, token } = await setUp({ usesMax: 7 });
    const people = await Promise.all(Array.from({ length: 50 }, (_, i) => makeVisitor(`Guest ${i}`)));
    const results = await Promise.allSettled(people.map((person) => join(person, token)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(7);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject(closed);
    expect(await count(`memberships where room_id = $1 and status = 'active'`, room.id)).toBe(8);
    expect(await readInvitation(stranger, { token })).toMatchObject({ state: 'full' });
  });

  it('is used up once by a person, however often and at once they join', async () => {
    const { alice, room, token } = await setUp({ usesMax: 2 });
    const bob = await makeVisitor('Bob');
    await Promise.all(Array.from({ length: 10 }, () => join(bob, token)));
    await join(alice, token);
    expect((await listLinks(alice, { roomId: room.id })).links[0]).toMatchObject({ uses: 1, state: 'open' });
    expect((await getRoom(alice, { id: room.id })).role).toBe('owner');
  });

  it('S56: lets nobody in when it has expired, was revoked, or its room is archived', async () => {
    const expired = await setUp();
    await pool().query(`update invite_links set expires_at = now() - interval '1 second' where id = $1`, [
      expired.link.id,
    ]);
    const revoked = await setUp();
    await revokeLink(revoked.alice, { roomId: revoked.room.id, id: revoked.link.id });
    await revokeLink(revoked.alice, { roomId: revoked.room.id, id: revoked.link.id });
    const archived = await setUp();
    await archiveRoom(archived.alice, { roomId: archived.room.id, isArchived: true });
    for (const [{ room, token }, state] of [
      [expired, 'expired'],
      [revoked, 'revoked'],
      [archived, 'archived'],
    ] as const) {
      expect(await readInvitation(stranger, { token })).toMatchObject({ state });
      await expect(join(await makeVisitor(), token)).rejects.toMatchObject(closed);
      expect(await count('memberships where room_id = $1', room.id)).toBe(1);
    }
  });

  it('S56: is guessed by nobody, and only a verifier of it is kept', async () => {
    const { alice, room, token } = await setUp();
    await expect(readInvitation(stranger, { token: newToken() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(join(await makeVisitor(), newToken())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const { rows } = await pool().query('select * from invite_links where room_id = $1', [room.id]);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(await listLinks(alice, { roomId: room.id }))).not.toMatch(/token|verifier/);
  });

  it('is no way back for whoever was removed or banned', async () => {
    const { alice, room, token } = await setUp();
    const bob = await makeVisitor('Bob');
    await join(bob, token);
    await removeMember(alice, { roomId: room.id, userId: bob.userId });
    await expect(join(bob, token)).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'not_member' });
    await inviteMembers(alice, { roomId: room.id, userIds: [bob.userId], hidesHistory: false });
    expect((await getRoom(bob, { id: room.id })).role).toBe('member');
    await pool().query(`update memberships set status = 'banned' where user_id = $1`, [bob.userId]);
    await expect(join(bob, token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readInvitation(bob, { token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is made by moderators, and for moderators by owners; repeating the call gives the same', async () => {
    const { alice, room, input, link } = await setUp();
    const [bob, eve] = [await makeMember('Bob'), await makeMember('Eve')];
    await inviteMembers(alice, { roomId: room.id, userIds: [bob.userId], hidesHistory: false });
    const another = () => ({ ...input, id: newId(), token: newToken() });
    expect(await createLink(alice, input)).toEqual(link);
    await expect(createLink(alice, { ...input, token: newToken() })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(createLink(alice, { ...input, id: newId() })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(createLink(bob, another())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(listLinks(bob, { roomId: room.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(createLink(eve, another())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await setRole(alice, { roomId: room.id, userId: bob.userId, role: 'moderator' });
    await createLink(bob, another());
    await expect(createLink(bob, { ...another(), role: 'moderator' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const { token } = await createLink(alice, { ...another(), role: 'moderator' }).then(() => input);
    expect(token).toBe(input.token);
  });

  it('makes a person of a stranger only when it is good', async () => {
    const { room, token } = await setUp();
    const users = async () =>
      (await pool().query<{ n: number }>('select count(*)::int as n from users')).rows[0]?.n;
    const { trpc } = server.openClient(newToken());
    const before = await users();
    await expect(trpc.room.join.mutate({ token: newToken() })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
    expect((await trpc.room.invitation.query({ token })).room.name).toBe('Secret garden');
    expect(await users()).toBe(before);
    expect(await trpc.room.join.mutate({ token, name: 'Walk-in' })).toMatchObject({
      id: room.id,
      role: 'member',
    });
    expect(await trpc.user.me.query()).toMatchObject({ name: 'Walk-in', kind: 'visitor' });
  });
});
