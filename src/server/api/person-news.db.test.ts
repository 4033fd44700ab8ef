import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateMe } from '@/server/domain/user/profile';
import { banAndPurge } from '@/server/domain/message/purge';
import { makeMember, makeRoom, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { admit, followInbox, makeKnownVisitor } from '@/server/testing/synced';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const stranger = 'U'.repeat(43);
async function openInbox(secret: string) {
  const inbox = followInbox(server.openClient(secret).trpc);
  await eventually(() => inbox.events.length > 0); // It says that it listens.
  return inbox;
}
type Inbox = Awaited<ReturnType<typeof openInbox>>;
const peopleOf = (inbox: Inbox) =>
  inbox.events.flatMap((event) => (event.type === 'person' ? [event.person] : []));
const hasHeard = (inbox: Inbox, text: string) =>
  inbox.events.some(
    (event) => event.type === 'threads' && event.threads.some((thread) => thread.lastMessage?.text === text),
  );

describe('a new name or picture', () => {
  it('reaches whoever may meet the person in a room, and nobody else', async () => {
    const alice = await makeMember();
    const [mine, other] = await Promise.all(
      [1, 2].map(() => makeRoom(alice, { kind: 'private', visitors: 'none' })),
    );
    if (!mine || !other) throw new Error('There are two rooms.');
    const [inside, outside] = [await makeKnownVisitor(), await makeKnownVisitor()];
    await admit(mine.id, inside.viewer.userId);
    await admit(other.id, outside.viewer.userId);
    const bob = await makeMember('Bob');
    await admit(mine.id, bob.userId);
    const inboxes = await Promise.all([inside.secret, outside.secret, stranger].map(openInbox));
    const [near, far, strange] = inboxes;
    if (!near || !far || !strange) throw new Error('There are three inboxes.');
    await updateMe(bob, { name: 'Robert', picture: 3 });
    await eventually(() => peopleOf(near).length > 0);
    expect(peopleOf(near)).toEqual([{ id: bob.userId, kind: 'registered', name: 'Robert', picture: 3 }]);
    await updateMe(bob, { picture: null });
    await eventually(() => peopleOf(near).length > 1);
    expect(peopleOf(near)[1]).toEqual({ id: bob.userId, kind: 'registered', name: 'Robert' });

    // What comes later has come, so nothing is on its way any more.
    const open = await makeRoom(alice);
    await say(alice, other.mainThreadId, 'Afterwards');
    await say(alice, open.mainThreadId, 'Afterwards in the open');
    await eventually(() => hasHeard(far, 'Afterwards') && hasHeard(strange, 'Afterwards in the open'));
    expect([...peopleOf(far), ...peopleOf(strange)]).toEqual([]);
    for (const inbox of inboxes) inbox.close();
  });

  it('reaches everybody from an open room, but not those whom that room shut out', async () => {
    const alice = await makeMember();
    const [room, elsewhere] = [await makeRoom(alice), await makeRoom(alice)];
    const shut = await makeKnownVisitor();
    await say(shut.viewer, room.mainThreadId);
    await banAndPurge(alice, {
      roomId: room.id,
      userId: shut.viewer.userId,
      addressHours: 0,
      purgeHours: 0,
    });
    const bob = await makeMember('Bob');
    await say(bob, room.mainThreadId);
    const [anybody, banned] = [await openInbox(stranger), await openInbox(shut.secret)];
    await updateMe(bob, { name: 'Robert' });
    await eventually(() => peopleOf(anybody).length > 0);
    await say(alice, elsewhere.mainThreadId, 'For everybody');
    await eventually(() => hasHeard(banned, 'For everybody'));
    expect(peopleOf(banned)).toEqual([]);
    // In a second room they meet again.
    await say(bob, elsewhere.mainThreadId);
    await updateMe(bob, { name: 'Bobby' });
    await eventually(() => peopleOf(banned).length > 0);
    expect(peopleOf(banned).map((person) => person.name)).toEqual(['Bobby']);
    anybody.close();
    banned.close();
  });

  it('is no news when nothing that others see was changed', async () => {
    const bob = await makeMember('Bob');
    const room = await makeRoom(bob);
    const inbox = await openInbox(stranger);
    await updateMe(bob, { bio: 'Gardens' });
    await updateMe(bob, { name: 'Bob', picture: null });
    await say(bob, room.mainThreadId, 'Still me');
    await eventually(() => hasHeard(inbox, 'Still me'));
    expect(peopleOf(inbox)).toEqual([]);
    await updateMe(bob, { name: 'Robert' });
    await eventually(() => peopleOf(inbox).length > 0);
    inbox.close();
  });
});
