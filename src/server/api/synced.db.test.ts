import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import * as reducer from '@/client/message/timeline';
import { sendMessage } from '@/server/domain/message/send';
import { deleteThread } from '@/server/domain/thread/delete';
import { archiveThread, updateThread } from '@/server/domain/thread/update';
import { createThread } from '@/server/domain/thread/write';
import { makeMember, makeRoom, makeThread, newId, say } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import { expectSynced, makeKnownVisitor } from '@/server/testing/synced';
import type { Member } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

let alice: Member;
let threadId: string;
let expectAllSynced: (work: () => Promise<unknown>) => Promise<void>;
beforeEach(async () => {
  alice = await makeMember();
  const room = await makeRoom(alice);
  threadId = (await makeThread(alice, room.id)).id;
  for (let i = 1; i <= 60; i++) await say(alice, threadId, `Old ${i}`);
  const { viewer, secret } = await makeKnownVisitor();
  const client = server.openClient(secret).trpc;
  expectAllSynced = (work) => expectSynced(reducer, { client, viewer, threadId }, work);
});

describe('what was read before, and the streams, lead to what is read afterwards', () => {
  it('when messages are sent, alone and in a crowd', () =>
    expectAllSynced(async () => {
      await say(alice, threadId, 'One');
      const crowd = await Promise.all(Array.from({ length: 5 }, (_, i) => makeMember(`Person ${i}`)));
      await Promise.all(
        crowd.flatMap((person) => [1, 2, 3].map((n) => say(person, threadId, `Of the crowd ${n}`))),
      );
    }));

  it('when a message is answered', () =>
    expectAllSynced(async () => {
      const question = await say(alice, threadId, 'Where?');
      await sendMessage(await makeMember('Bob'), {
        id: newId(),
        threadId,
        text: 'Here',
        replyToId: question.id,
      });
    }));

  it('when the thread is renamed, locked, opened and archived', () =>
    expectAllSynced(async () => {
      await updateThread(alice, { id: threadId, title: 'Another title' });
      await say(alice, threadId, 'Between');
      await updateThread(alice, { id: threadId, isLocked: true });
      await updateThread(alice, { id: threadId, isLocked: false });
      await say(alice, threadId, 'Open again');
      await archiveThread(alice, { id: threadId, isArchived: true });
    }));

  it('when threads start from its messages, and are written in and renamed', () =>
    expectAllSynced(async () => {
      const message = await say(alice, threadId, 'This deserves a thread');
      const child = await createThread(alice, { id: newId(), messageId: message.id });
      await say(alice, child.id, 'Inside');
      await say(alice, child.id, 'Inside again');
      await updateThread(alice, { id: child.id, title: 'A better name' });
    }));

  it('when a thread that started from one of its messages is deleted, and another one started', () =>
    expectAllSynced(async () => {
      const message = await say(alice, threadId, 'This deserves a thread');
      const child = await createThread(alice, { id: newId(), messageId: message.id });
      await say(alice, child.id, 'Inside');
      await deleteThread(alice, { id: child.id });
      const other = await say(alice, threadId, 'So does this');
      const second = await createThread(alice, { id: newId(), messageId: other.id });
      await deleteThread(alice, { id: second.id });
      await createThread(alice, { id: newId(), messageId: other.id });
    }));

  it('when a write is repeated', () =>
    expectAllSynced(async () => {
      const input = { id: newId(), threadId, text: 'Once' };
      await sendMessage(alice, input);
      await sendMessage(alice, input);
      await updateThread(alice, { id: threadId, title: 'Same' });
      await updateThread(alice, { id: threadId, title: 'Same' });
    }));
});
