import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import * as reducer from '@/client/message/timeline';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { purgeMember } from '@/server/domain/message/purge';
import { editMessage } from '@/server/domain/message/edit';
import { reactToMessage } from '@/server/domain/message/react';
import { sendMessage } from '@/server/domain/message/send';
import { joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, makeRoom, makeThread, newId, say } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import { expectSynced, makeKnownVisitor } from '@/server/testing/synced';
import type { MessageView } from '@/shared/message';
import type { Member } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

let alice: Member;
let bob: Member;
let roomId: string;
let threadId: string;
let old: MessageView[];
let expectAllSynced: (work: () => Promise<unknown>) => Promise<void>;
const reply = (text: string, replyToId: string) =>
  sendMessage(alice, { id: newId(), threadId, text, replyToId });

beforeEach(async () => {
  alice = await makeMember();
  const room = await makeRoom(alice);
  roomId = room.id;
  bob = await makeMember('Bob');
  threadId = (await makeThread(alice, room.id)).id;
  old = [];
  for (let i = 1; i <= 12; i++) old.push(await say(alice, threadId, `Old ${i}`));
  await reply('An old answer', old[3]?.id ?? '');
  const { viewer, secret } = await makeKnownVisitor();
  const client = server.openClient(secret).trpc;
  expectAllSynced = (work) => expectSynced(reducer, { client, viewer, threadId }, work);
});
const key = (i: number) => ({ threadId, id: old[i]?.id ?? '' });

describe('what was read before, and the stream, lead to what is read afterwards', () => {
  it('when messages are edited, more than once and while others arrive', () =>
    expectAllSynced(async () => {
      await editMessage(alice, { ...key(0), text: 'Once' });
      await Promise.all([
        editMessage(alice, { ...key(0), text: 'Twice' }),
        say(alice, threadId, 'Between'),
        editMessage(alice, { ...key(1), text: 'Other' }),
      ]);
    }));

  it('when a quoted message is edited, deleted and brought back', () =>
    expectAllSynced(async () => {
      await editMessage(alice, { ...key(3), text: 'Quoted anew' });
      await reply('A new answer', key(3).id);
      await deleteMessage(alice, key(3));
      await reply('An answer to nothing', key(3).id);
      await restoreMessage(alice, key(3));
      await deleteMessage(alice, key(3));
    }));

  it('when a message is deleted right after it was sent', () =>
    expectAllSynced(async () => {
      const message = await say(alice, threadId, 'Never mind');
      await deleteMessage(alice, { threadId, id: message.id });
    }));

  it('when reactions come and go', () =>
    expectAllSynced(async () => {
      const people = await Promise.all(Array.from({ length: 6 }, (_, i) => makeMember(`Person ${i}`)));
      await Promise.all(
        people.map((person, i) =>
          reactToMessage(person, { ...key(5), emoji: i % 2 ? '👍' : '🎉', isOn: true }),
        ),
      );
      await Promise.all(
        people
          .slice(0, 3)
          .map((person, i) => reactToMessage(person, { ...key(5), emoji: i % 2 ? '👍' : '🎉', isOn: false })),
      );
    }));

  it('when a moderator takes back all that somebody wrote, while others write', () =>
    expectAllSynced(async () => {
      for (let i = 0; i < 60; i++) await say(bob, threadId, `Spam ${i}`);
      await Promise.all([
        purgeMember(alice, { roomId, userId: bob.userId, hours: 1 }),
        ...[1, 2, 3].map((i) => say(alice, threadId, `Meanwhile ${i}`)),
      ]);
      await reply('The last word', key(0).id);
    }));

  it('when people are called by name, in posts, in edits and in what is quoted', () =>
    expectAllSynced(async () => {
      const [ben, carol] = [await makeMember('Ben'), await makeMember('Carol')];
      for (const person of [ben, carol]) await joinRoomByCall(person, roomId);
      const called = await say(alice, threadId, `Look, <@${ben.userId}>`);
      await editMessage(alice, { ...key(3), text: `See <@${carol.userId}>` });
      await editMessage(alice, { threadId, id: called.id, text: `<@${ben.userId}> and <@${carol.userId}>` });
      await reply('What of it?', called.id);
    }));
});
