import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox } from '@/server/domain/inbox/read';
import { deleteMessage } from '@/server/domain/message/delete';
import { editMessage } from '@/server/domain/message/edit';
import { getMessage, listMessages } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { listAudit } from '@/server/domain/room/audit';
import { joinRoomByCall } from '@/server/domain/room/write';
import { deleteThread, purgeDeletedThreads } from '@/server/domain/thread/delete';
import { getOpenThread, getThread, listThreads } from '@/server/domain/thread/read';
import { markRead } from '@/server/domain/thread/read-state';
import { archiveThread, updateThread } from '@/server/domain/thread/update';
import { createThread } from '@/server/domain/thread/write';
import { makeMember, makePair, makeRoom, makeThread, newId, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { purgeBatchMessages } from '@/shared/limits';

const isDeleted = { code: 'NOT_FOUND', reason: 'deleted' };
const isUnknown = { code: 'NOT_FOUND', reason: 'not_found' };
const isRefused = { code: 'FORBIDDEN', reason: 'not_allowed' };
const messagesIn = async (threadId: string) =>
  (await pool().query('select 1 from messages where thread_id = $1', [threadId])).rowCount;

describe('deleteThread', () => {
  it('leaves nothing of the thread on any path, and says so to those who could read it', async () => {
    const { alice, bob, room } = await makePair();
    const parent = await say(alice, room.mainThreadId, 'Where it began');
    const thread = await createThread(bob, { id: newId(), messageId: parent.id, title: 'Secret plans' });
    const message = await say(bob, thread.id, 'The rose is red');
    await editMessage(bob, { threadId: thread.id, id: message.id, text: 'The rose is blue' });
    await deleteThread(alice, { id: thread.id });

    const key = { threadId: thread.id, id: message.id };
    for (const attempt of [
      () => getThread(bob, { id: thread.id }),
      () => getThread(bob, { shortId: thread.shortId }),
      () => listMessages(bob, { threadId: thread.id, direction: 'backward', limit: 50 }),
      () => getMessage(bob, key),
      () => editMessage(bob, { ...key, text: 'Again' }),
      () => deleteMessage(bob, key),
      () => markRead(bob, { threadId: thread.id, seq: 1 }),
      () => sendMessage(bob, { id: newId(), threadId: thread.id, text: 'Too late' }),
      () => updateThread(alice, { id: thread.id, title: 'Back' }),
      () => archiveThread(alice, { id: thread.id, isArchived: false }),
    ])
      await expect(attempt()).rejects.toMatchObject(isDeleted);
    const list = { limit: 50 };
    for (const { threads } of [
      await listThreads(bob, { ...list, archived: false }),
      await listThreads(bob, { ...list, archived: true }),
      await listThreads(bob, { ...list, archived: true, search: 'Secret' }),
      await listInbox(bob, list),
    ])
      expect(threads.map((each) => each.id)).not.toContain(thread.id);
    expect((await getMessage(bob, { threadId: room.mainThreadId, id: parent.id })).message.thread).toBeNull();
    expect(await messagesIn(thread.id)).toBe(0);
    const stored = await pool().query('select t::text from threads t where id = $1', [thread.id]);
    expect(JSON.stringify(stored.rows)).not.toMatch(/rose|plans/i);
    expect((await pool().query(`select 1 from revisions where text like '%rose%'`)).rowCount).toBe(0);
    // The message is free for another thread.
    const second = await createThread(bob, { id: newId(), messageId: parent.id });
    expect(second).toMatchObject({ seq: 0, parentMessageId: parent.id });
  });

  it('can be repeated, also at the same moment, and tells an outsider nothing', async () => {
    const { alice, room } = await makePair({ kind: 'private', visitors: 'none' });
    const thread = await makeThread(alice, room.id);
    const outsider = await makeMember('Mallory');
    await expect(deleteThread(outsider, { id: thread.id })).rejects.toMatchObject(isUnknown);
    const both = await Promise.allSettled([
      deleteThread(alice, { id: thread.id }),
      deleteThread(alice, { id: thread.id }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(await deleteThread(alice, { id: thread.id })).toEqual({ id: thread.id });
    await expect(deleteThread(outsider, { id: thread.id })).rejects.toMatchObject(isUnknown);
    await expect(getThread(outsider, { shortId: thread.shortId })).rejects.toMatchObject(isUnknown);
  });

  it('is for moderators, and for the creator while nobody else has written; a main thread stays', async () => {
    const { alice, bob, room } = await makePair();
    const carol = await makeMember('Carol');
    await joinRoomByCall(carol, room.id);
    const [own, shared] = [await makeThread(bob, room.id), await makeThread(bob, room.id)];
    await say(bob, own.id);
    await say(bob, shared.id);
    await say(carol, shared.id);
    const recorded = async (id: string) =>
      (await listAudit(alice, { roomId: room.id, limit: 50 })).entries.filter((each) => each.threadId === id);
    const rightsOf = async (viewer: typeof bob, id: string) => (await getOpenThread(viewer, { id })).rights;
    expect(await rightsOf(bob, own.id)).toEqual({ rename: true, archive: true, lock: false, delete: true });
    expect(await rightsOf(bob, shared.id)).toMatchObject({ rename: true, delete: false });
    const none = { rename: false, archive: false, lock: false, delete: false };
    expect(await rightsOf(carol, shared.id)).toEqual(none);
    expect(await rightsOf(await makeMember('Dave'), shared.id)).toEqual(none);
    expect(await rightsOf(alice, shared.id)).toEqual({
      rename: true,
      archive: true,
      lock: true,
      delete: true,
    });
    expect(await rightsOf(alice, room.mainThreadId)).toMatchObject({ archive: false, delete: false });

    await expect(deleteThread(carol, { id: own.id })).rejects.toMatchObject(isRefused);
    await expect(deleteThread(bob, { id: shared.id })).rejects.toMatchObject(isRefused);
    await expect(deleteThread(alice, { id: room.mainThreadId })).rejects.toMatchObject(isRefused);
    await deleteThread(bob, { id: own.id });
    await deleteThread(alice, { id: shared.id });
    // What others do to one's thread is on record, what one does to it oneself is not.
    expect(await recorded(own.id)).toEqual([]);
    expect(await recorded(shared.id)).toMatchObject([
      { action: 'thread.delete', actorId: alice.userId, subjectId: bob.userId },
    ]);
    await pool().query('update rooms set archived_at = now() where id = $1', [room.id]);
    await expect(deleteThread(alice, { id: room.mainThreadId })).rejects.toMatchObject(isRefused);
  });

  it('never takes along a message that somebody else sends at the same moment', async () => {
    const { bob, room } = await makePair();
    const carol = await makeMember('Carol');
    await joinRoomByCall(carol, room.id);
    for (let i = 0; i < 12; i++) {
      const thread = await makeThread(bob, room.id);
      await say(bob, thread.id);
      const [sent, deleted] = await Promise.allSettled([
        say(carol, thread.id, 'Me too'),
        deleteThread(bob, { id: thread.id }),
      ]);
      expect([sent.status, deleted.status]).toContain('rejected');
      expect(await messagesIn(thread.id)).toBe(deleted.status === 'fulfilled' ? 0 : 2);
    }
  });

  it('empties a thread of more than one batch behind the answer, or at the next start', async () => {
    const { alice, room } = await makePair();
    const fill = async (threadId: string, count: number) => {
      await pool().query(
        `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
         select gen_random_uuid(), $1, s, s, 'text', $2, 'Line', '\\x00', now() from generate_series(1, $3::int) s`,
        [threadId, alice.userId, count],
      );
      await pool().query('update threads set seq = $2, rev = $2 where id = $1', [threadId, count]);
    };
    const [long, left] = [await makeThread(alice, room.id), await makeThread(alice, room.id)];
    await fill(long.id, purgeBatchMessages + 10);
    await deleteThread(alice, { id: long.id });
    await expect.poll(() => messagesIn(long.id), { timeout: 5_000 }).toBe(0);
    await fill(left.id, 3);
    await pool().query('update threads set deleted_at = now() where id = $1', [left.id]);
    await purgeDeletedThreads();
    expect(await messagesIn(left.id)).toBe(0);
  });
});

describe('those who have a deleted thread before them', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startServer()));
  afterAll(() => server.close());

  it('hear of it at once in the thread and in their lists, whatever else is on its way', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const parent = await say(alice, room.mainThreadId);
    const thread = await createThread(alice, { id: newId(), messageId: parent.id });
    const { secret } = await makeKnownVisitor();
    const { trpc } = server.openClient(secret);
    const [stream, inbox] = [followThread(trpc, thread.id), followInbox(trpc)];
    await Promise.all([stream.started(), inbox.started()]);
    await eventually(() => inbox.events.length > 0 && stream.events.length > 0);
    await say(alice, thread.id, 'The last word');
    await deleteThread(alice, { id: thread.id });
    await eventually(() => stream.refused !== undefined);
    expect(stream.refused).toBe('NOT_FOUND');
    await eventually(() => inbox.events.some((event) => event.type === 'gone'));
    expect(inbox.events.find((event) => event.type === 'gone')).toEqual({
      type: 'gone',
      threads: [{ id: thread.id, roomId: room.id, parentMessageId: parent.id }],
    });
    const after = inbox.events.slice(inbox.events.findIndex((event) => event.type === 'gone'));
    expect(after.filter((event) => event.type === 'threads')).toEqual([]);
    stream.close();
    inbox.close();
  });

  it('hear of it by the next look at the database when the event was lost', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const thread = await makeThread(alice, room.id);
    const stream = followThread(server.openClient((await makeKnownVisitor()).secret).trpc, thread.id);
    await eventually(() => stream.events.length > 0);
    await pool().query('update threads set deleted_at = now(), archived_at = now() where id = $1', [
      thread.id,
    ]);
    await eventually(() => stream.refused !== undefined);
    stream.close();
  });
});
