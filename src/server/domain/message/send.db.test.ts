import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { isTransient } from '@/server/base/errors';
import { writePosts } from '@/server/domain/message/post-batch';
import { writePlainPosts } from '@/server/domain/message/post-plain';
import { PostQueue } from '@/server/domain/message/post-queue';
import { publishPosts } from '@/server/domain/message/publish';
import { sendMessage } from '@/server/domain/message/send';
import { getThread, readHeads } from '@/server/domain/thread/read';
import {
  makeMember,
  makePair,
  makeRoom,
  makeThread,
  makeVisitor,
  newId,
  say,
  storedLog,
} from '@/server/testing/factories';
import { dense, postBy } from '@/server/testing/posts';
import { pause } from '@/server/testing/server';
import type { SendMessageInput, SendResult } from '@/shared/message';
import type { Member } from '@/shared/user';

/** A busy machine has no connection to spare within its 2 s: then the same call is made again, as an outbox does. */
async function sendUntilTold(viewer: Member, input: SendMessageInput): Promise<SendResult> {
  for (;;) {
    try {
      return await sendMessage(viewer, input);
    } catch (cause) {
      if (!isTransient(cause)) throw cause;
      await pause(100);
    }
  }
}

describe('sendMessage', () => {
  it('numbers messages from 1 without holes and moves the head with them', async () => {
    const { alice, bob, room } = await makePair();
    const first = await say(alice, room.mainThreadId, 'One');
    const second = await say(bob, room.mainThreadId, 'Two');
    expect([first.seq, first.rev, second.seq, second.rev]).toEqual([1, 1, 2, 2]);
    const thread = await getThread(alice, { id: room.mainThreadId });
    expect(thread).toMatchObject({ seq: 2, rev: 2, lastMessage: { text: 'Two', author: { name: 'Bob' } } });
  });

  it('keeps 200 concurrent sends of 20 visitors dense, each sent three times', async () => {
    const room = await makeRoom(await makeMember());
    const visitors = await Promise.all(Array.from({ length: 20 }, (_, i) => makeVisitor(`Visitor ${i}`)));
    const sends = visitors.flatMap((viewer) => Array.from({ length: 10 }, () => ({ viewer, id: newId() })));
    const results = await Promise.all(
      [...sends, ...sends, ...sends].map(({ viewer, id }) =>
        sendUntilTold(viewer, { id, threadId: room.mainThreadId, text: `From ${viewer.name}` }),
      ),
    );
    const seqOf = new Map<string, Set<number>>();
    for (const result of results) {
      if (result.state !== 'sent') throw new Error('held');
      seqOf.set(result.message.id, (seqOf.get(result.message.id) ?? new Set()).add(result.message.seq));
    }
    expect(seqOf.size).toBe(200);
    expect([...seqOf.values()].every((seqs) => seqs.size === 1)).toBe(true);
    const log = await storedLog(room.mainThreadId);
    expect(log.map((row) => row.seq)).toEqual(dense(200));
    expect(log.map((row) => row.rev)).toEqual(dense(200));
  }, 60_000);

  it('stays dense when several processes write the same ids to one thread', async () => {
    const { alice, room } = await makePair();
    const queues = dense(3).map(() => new PostQueue(() => {}));
    const posts = dense(40).map(() => postBy(alice.userId));
    const rows = await Promise.all(
      queues.flatMap((queue) => posts.map((each) => queue.post(room.mainThreadId, each))),
    );
    expect(rows.filter((row) => row.seq !== null)).toHaveLength(40);
    expect(rows.filter((row) => row.outcome === 'exists')).toHaveLength(80);
    expect((await storedLog(room.mainThreadId)).map((row) => row.seq)).toEqual(dense(40));
    const [head] = await readHeads([room.mainThreadId]);
    expect(head?.head).toMatchObject({ seq: 40, rev: 40 });
  });

  it('answers a retry with the first row, even a day later', async () => {
    const { alice, room } = await makePair();
    const input = { id: newId(), threadId: room.mainThreadId, text: 'Once' };
    const first = await sendMessage(alice, input);
    await say(alice, room.mainThreadId, 'Between');
    expect(await sendMessage(alice, input)).toEqual(first);
    expect(await storedLog(room.mainThreadId)).toHaveLength(2);
  });

  it('S54: refuses the same id for another text, thread or author, and tells nothing of the first', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeThread(alice, room.id);
    const id = newId();
    await sendMessage(alice, { id, threadId: room.mainThreadId, text: 'Mine' });
    const conflict = { code: 'CONFLICT', reason: 'id_taken', message: expect.not.stringContaining('Mine') };
    await expect(
      sendMessage(alice, { id, threadId: room.mainThreadId, text: 'Changed' }),
    ).rejects.toMatchObject(conflict);
    await expect(sendMessage(alice, { id, threadId: other.id, text: 'Mine' })).rejects.toMatchObject(
      conflict,
    );
    await expect(sendMessage(bob, { id, threadId: room.mainThreadId, text: 'Mine' })).rejects.toMatchObject(
      conflict,
    );
    expect(await storedLog(room.mainThreadId)).toHaveLength(1);
    expect(await storedLog(other.id)).toHaveLength(0);
  });

  it('S53: answers a reply with its quote, and refuses one to a message of another thread', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeThread(alice, room.id);
    const question = await say(alice, room.mainThreadId, 'Where is it?');
    const answer = await sendMessage(bob, {
      id: newId(),
      threadId: room.mainThreadId,
      text: 'Here',
      replyToId: question.id,
    });
    expect(answer).toMatchObject({ message: { replyTo: { id: question.id, seq: 1, text: 'Where is it?' } } });
    await expect(
      sendMessage(bob, { id: newId(), threadId: other.id, text: 'Here', replyToId: question.id }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', reason: 'reply_not_found' });
    expect(await storedLog(other.id)).toHaveLength(0);
  });

  it('refuses archived and locked threads and rooms, and burns no number', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    const attempt = () => sendMessage(bob, { id: newId(), threadId: thread.id, text: 'Hello' });
    const during = async (sql: string, undo: string, reason: string) => {
      await pool().query(sql, [thread.id]);
      await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN', reason });
      await pool().query(undo, [thread.id]);
    };
    await during(
      'update threads set archived_at = now() where id = $1',
      'update threads set archived_at = null where id = $1',
      'thread_archived',
    );
    await during(
      'update threads set locked_at = now() where id = $1',
      'update threads set locked_at = null where id = $1',
      'thread_locked',
    );
    const ofRoom = 'where id = (select room_id from threads where id = $1)';
    await during(
      `update rooms set archived_at = now() ${ofRoom}`,
      `update rooms set archived_at = null ${ofRoom}`,
      'room_archived',
    );
    await during(
      `update rooms set locked_at = now() ${ofRoom}`,
      `update rooms set locked_at = null ${ofRoom}`,
      'room_locked',
    );
    expect(await attempt()).toMatchObject({ message: { seq: 1, rev: 1 } });
  });

  it('takes a visitor in at their first write, but only where the room allows it', async () => {
    const owner = await makeMember();
    const [open, readOnly] = [await makeRoom(owner), await makeRoom(owner, { visitors: 'read' })];
    const hidden = await makeRoom(owner, { kind: 'private', visitors: 'none' });
    const visitor = await makeVisitor();
    expect(await say(visitor, open.mainThreadId)).toMatchObject({ seq: 1, author: { kind: 'visitor' } });
    const attempt = (threadId: string) => sendMessage(visitor, { id: newId(), threadId, text: 'Hello' });
    await expect(attempt(readOnly.mainThreadId)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      reason: 'visitors_read_only',
    });
    await expect(attempt(hidden.mainThreadId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(attempt(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a batch', () => {
  it('writes its good posts and answers each bad one for itself', async () => {
    const { alice, bob, room } = await makePair();
    const outsider = await makeMember('Carol');
    const muted = await makeMember('Dave');
    await say(muted, room.mainThreadId, 'First');
    await pool().query(`update memberships set muted_until = now() + interval '1 hour' where user_id = $1`, [
      muted.userId,
    ]);
    const earlier = postBy(alice.userId);
    await writePosts(room.mainThreadId, [earlier]);
    const rows = await writePosts(room.mainThreadId, [
      postBy(alice.userId),
      postBy(outsider.userId),
      earlier,
      { ...postBy(bob.userId), replyToId: newId() },
      postBy(muted.userId),
      postBy(bob.userId),
    ]);
    expect(rows.map((row) => [row.outcome, row.seq])).toEqual([
      ['ok', 3],
      ['not_member', null],
      ['exists', null],
      ['reply_not_found', null],
      ['muted', null],
      ['ok', 4],
    ]);
    expect((await storedLog(room.mainThreadId)).map((row) => row.seq)).toEqual(dense(4));
  });

  it('that fails on one row is run again one by one, in order, each with its own answer', async () => {
    const { alice, room } = await makePair();
    const statements: number[] = [];
    const queue = new PostQueue(() => {}, {
      posts: async (threadId, posts) => {
        statements.push(posts.length);
        return writePosts(threadId, posts);
      },
      plainPosts: writePlainPosts,
    });
    // NUL passes no schema; here it stands for whatever the database alone refuses.
    const posts = dense(5).map((i) => postBy(alice.userId, newId(), i === 3 ? 'bad \0' : `Good ${i}`));
    const settled = await Promise.allSettled(posts.map((each) => queue.post(room.mainThreadId, each)));
    expect(settled.map((each) => each.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(statements).toEqual([5, 1, 1, 1, 1, 1]);
    const log = await storedLog(room.mainThreadId);
    expect(log.map((row) => row.id)).toEqual(posts.filter((_, i) => i !== 2).map((each) => each.id));
    expect(log.map((row) => row.seq)).toEqual(dense(4));
  });

  it('tells readers after the commit and before any sender', async () => {
    const { alice, room } = await makePair();
    const order: string[] = [];
    const queue = new PostQueue((threadId, rows) => {
      order.push(`published ${rows.length}`);
      publishPosts(threadId, rows);
    });
    await queue.post(room.mainThreadId, postBy(alice.userId)).then(() => order.push('answered'));
    expect(order).toEqual(['published 1', 'answered']);
  });
});
