import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Identity } from '@/server/auth/identity';
import { verifierOf } from '@/server/auth/visitor-secret';
import { pool } from '@/server/base/db';
import { banMember } from '@/server/domain/room/ban';
import { memberRoomIds, shutRoomIds } from '@/server/domain/room/read';
import { roomForRead } from '@/server/domain/room/access';
import { threadForRead } from '@/server/domain/thread/access';
import { liveSession, openSession } from '@/server/domain/user/session';
import { readSharing, updateSharing } from '@/server/domain/user/sharing';
import { makeRegistered } from '@/server/testing/account';
import { makeMember, makeRoom, makeThread } from '@/server/testing/factories';
import { admit, makeKnownVisitor } from '@/server/testing/synced';
import { dense } from '@/server/testing/posts';
import type { Viewer } from '@/shared/user';

/*
 * What people who come back all at once cost: one statement for each kind of question, with everybody's
 * own answer in it.
 */

afterEach(() => vi.restoreAllMocks());

/** The answers to questions that are asked in one turn, and the statements that it took. */
async function atOnce<T>(questions: (() => Promise<T>)[]) {
  const spy = vi.spyOn(pool(), 'query');
  const answers = await Promise.allSettled(questions.map((ask) => ask()));
  const statements = spy.mock.calls.length;
  spy.mockRestore();
  return { answers, statements };
}
const valuesOf = <T>(answers: PromiseSettledResult<T>[]) =>
  answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : null));
const codesOf = (answers: PromiseSettledResult<unknown>[]) =>
  answers.map((answer) => (answer.status === 'fulfilled' ? 'OK' : (answer.reason as { code: string }).code));

describe('a crowd that comes back at once', () => {
  it('is told apart by one statement: visitors, a stranger, and a secret that is nobody’s any more', async () => {
    const visitors = await Promise.all(dense(20).map((n) => makeKnownVisitor(`Otter ${n}`)));
    const [newcomer, spent] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
    const [first] = visitors;
    if (!newcomer || !spent || !first) throw new Error('Somebody is missing.');
    await pool().query('insert into spent_verifiers (verifier, user_id) values ($1, $2)', [
      verifierOf(spent),
      first.viewer.userId,
    ]);
    const secrets = [...visitors.map(({ secret }) => secret), newcomer, spent];
    const { answers, statements } = await atOnce(
      secrets.map((secret) => () => Identity.resolve({ secret, address: '203.0.113.7' })),
    );
    expect(valuesOf(answers).map((identity) => identity?.viewer.userId)).toEqual([
      ...visitors.map(({ viewer }) => viewer.userId),
      null,
      undefined,
    ]);
    expect(codesOf(answers).at(-1)).toBe('UNAUTHORIZED');
    expect(statements).toBe(1);
  });

  it('shows its sessions in one statement, and nobody’s under another name', async () => {
    const people = await Promise.all(dense(5).map(() => makeRegistered()));
    const open = await Promise.all(
      people.map(async ({ viewer }) => ({ id: await openSession(viewer.userId, ''), viewer })),
    );
    const [ann, bob] = open;
    if (!ann || !bob) throw new Error('Somebody is missing.');
    const { answers, statements } = await atOnce([
      ...open.map(
        ({ id, viewer }) =>
          () =>
            liveSession(id, viewer.userId),
      ),
      () => liveSession(ann.id, bob.viewer.userId),
    ]);
    expect(valuesOf(answers).map((session) => session?.member.userId)).toEqual([
      ...people.map(({ viewer }) => viewer.userId),
      undefined,
    ]);
    expect(statements).toBe(1);
  });

  it('proves its rights in one statement each for rooms and threads, and each has their own', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const open = await makeRoom(alice);
    const { id: threadId } = await makeThread(alice, room.id);
    const insiders = (await Promise.all(dense(10).map(() => makeKnownVisitor()))).map(({ viewer }) => viewer);
    for (const { userId } of insiders) await admit(room.id, userId);
    const { viewer: outsider } = await makeKnownVisitor();
    const [banned] = insiders;
    if (!banned) throw new Error('Nobody is banned.');
    await banMember(alice, { roomId: room.id, userId: banned.userId, addressHours: 0 });
    const stranger: Viewer = { kind: 'stranger', userId: null };
    const crowd: Viewer[] = [alice, ...insiders, outsider, stranger];
    const may = ['OK', 'NOT_FOUND', ...dense(9).map(() => 'OK'), 'NOT_FOUND', 'NOT_FOUND'];
    const threads = await atOnce(crowd.map((viewer) => () => threadForRead(viewer, { id: threadId })));
    expect(codesOf(threads.answers)).toEqual(may);
    expect(valuesOf(threads.answers)[0]).toMatchObject({ role: 'owner', title: 'A thread' });
    const rooms = await atOnce([
      ...crowd.map((viewer) => () => roomForRead(viewer, room.id)),
      () => roomForRead(stranger, open.id),
    ]);
    expect(codesOf(rooms.answers)).toEqual([...may, 'OK']);
    expect([threads.statements, rooms.statements]).toEqual([1, 1]);
  });

  it('asks once what its people hear of and share', async () => {
    const alice = await makeMember();
    const [room, other] = [await makeRoom(alice), await makeRoom(alice)];
    const people = (await Promise.all(dense(4).map(() => makeKnownVisitor()))).map(({ viewer }) => viewer);
    const [bob, carol] = people;
    if (!bob || !carol) throw new Error('Somebody is missing.');
    await admit(room.id, bob.userId);
    await banMember(alice, { roomId: other.id, userId: bob.userId, addressHours: 0 });
    await updateSharing(carol, { showsReceipts: false });
    const heard = await atOnce(people.map((viewer) => () => memberRoomIds(viewer)));
    expect(valuesOf(heard.answers)).toEqual([[room.id], [], [], []]);
    const shut = await atOnce(people.map((viewer) => () => shutRoomIds(viewer)));
    expect(valuesOf(shut.answers).map((ids) => [...(ids ?? [])])).toEqual([[other.id], [], [], []]);
    const shared = await atOnce(
      people.map(
        ({ userId }) =>
          () =>
            readSharing(userId),
      ),
    );
    expect(valuesOf(shared.answers).map((sharing) => sharing?.showsReceipts)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([heard, shut, shared].map(({ statements }) => statements)).toEqual([1, 1, 1]);
  });
});
