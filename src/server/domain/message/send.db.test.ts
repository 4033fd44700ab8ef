import { describe, expect, it } from 'vitest';
import { inTransaction, pool } from '@/server/base/db';
import { writePosts } from '@/server/domain/message/post-batch';
import { PostQueue } from '@/server/domain/message/post-queue';
import { publishPosts } from '@/server/domain/message/publish';
import { listMessages, readChanges } from '@/server/domain/message/read';
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

const dense = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const hash = (text: string) => Buffer.from(text.padEnd(32, '.'));
const post = (authorId: string, id = newId(), text = 'Hello') => ({
  id,
  authorId,
  kind: 'text' as const,
  text,
  replyToId: null,
  sendHash: hash(text),
});

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
        sendMessage(viewer, { id, threadId: room.mainThreadId, text: `From ${viewer.name}` }),
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
  });

  it('stays dense when several processes write the same ids to one thread', async () => {
    const { alice, room } = await makePair();
    const queues = dense(3).map(() => new PostQueue(() => {}));
    const posts = dense(40).map(() => post(alice.userId));
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

  it('refuses the same id for another text, thread or author, and tells nothing of the first', async () => {
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

  it('answers a reply with its quote, and refuses one to a message of another thread', async () => {
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
    const earlier = post(alice.userId);
    await writePosts(room.mainThreadId, [earlier]);
    const rows = await writePosts(room.mainThreadId, [
      post(alice.userId),
      post(outsider.userId),
      earlier,
      { ...post(bob.userId), replyToId: newId() },
      post(muted.userId),
      post(bob.userId),
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
    const queue = new PostQueue(
      () => {},
      async (threadId, posts) => {
        statements.push(posts.length);
        return writePosts(threadId, posts);
      },
    );
    // NUL passes no schema; here it stands for whatever the database alone refuses.
    const posts = dense(5).map((i) => post(alice.userId, newId(), i === 3 ? 'bad \0' : `Good ${i}`));
    const settled = await Promise.allSettled(posts.map((each) => queue.post(room.mainThreadId, each)));
    expect(settled.map((each) => each.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(statements).toEqual([1, 4, 1, 1, 1, 1]);
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
    await queue.post(room.mainThreadId, post(alice.userId)).then(() => order.push('answered'));
    expect(order).toEqual(['published 1', 'answered']);
  });
});

describe('regression: a right that is taken away while a send waits for the thread', () => {
  /** Holds the thread's row so that the send waits, takes the right away, then lets the send go on. */
  async function duringSend(takeAway: (roomId: string, userId: string) => Promise<unknown>) {
    const { bob, room } = await makePair();
    const holder = await pool().connect();
    await holder.query('begin');
    await holder.query('select 1 from threads where id = $1 for update', [room.mainThreadId]);
    const send = writePosts(room.mainThreadId, [post(bob.userId)]);
    await waitForLock();
    let isAway = false;
    const away = takeAway(room.id, bob.userId).then(() => (isAway = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const wasAwayBeforeCommit = isAway;
    await holder.query('commit');
    holder.release();
    const [row] = await send;
    await away;
    return { row, wasAwayBeforeCommit };
  }
  const waitForLock = async () => {
    for (;;) {
      const { rows } = await pool().query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'with room%'`,
      );
      if (rows.length > 0) return;
    }
  };

  it('a removal waits for the send: it does not commit in between', async () => {
    const { row, wasAwayBeforeCommit } = await duringSend((roomId, userId) =>
      inTransaction(async (client) => {
        await client.query('update rooms set acl_rev = acl_rev + 1 where id = $1', [roomId]);
        await client.query(`update memberships set status = 'removed' where room_id = $1 and user_id = $2`, [
          roomId,
          userId,
        ]);
      }),
    );
    expect(wasAwayBeforeCommit).toBe(false);
    expect(row).toMatchObject({ outcome: 'ok', seq: 1, aclRev: 0 });
  });

  it('a policy change waits for the send as well', async () => {
    const { row, wasAwayBeforeCommit } = await duringSend((roomId) =>
      pool().query('update rooms set archived_at = now(), acl_rev = acl_rev + 1 where id = $1', [roomId]),
    );
    expect(wasAwayBeforeCommit).toBe(false);
    expect(row).toMatchObject({ outcome: 'ok', aclRev: 0 });
  });

  it('a send that waits for a removal is refused once the removal commits', async () => {
    const { bob, room } = await makePair();
    const remover = await pool().connect();
    await remover.query('begin');
    await remover.query('update rooms set acl_rev = acl_rev + 1 where id = $1', [room.id]);
    await remover.query(`update memberships set status = 'removed' where room_id = $1 and user_id = $2`, [
      room.id,
      bob.userId,
    ]);
    const send = writePosts(room.mainThreadId, [post(bob.userId)]);
    await waitForLock();
    await remover.query('commit');
    remover.release();
    expect((await send)[0]).toMatchObject({ outcome: 'not_member', seq: null, aclRev: 1 });
    expect(await storedLog(room.mainThreadId)).toHaveLength(0);
  });

  it('fifty writers against one removal: nothing of the removed is written after it', async () => {
    const { alice, bob, room } = await makePair();
    const queues = dense(5).map(() => new PostQueue(() => {}));
    const sends = Promise.all(
      dense(250).map(async (i) =>
        queues[i % 5]?.post(room.mainThreadId, post(i % 2 ? bob.userId : alice.userId)),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { rows } = await pool().query<{ at: Date }>(
      `with room as (update rooms set acl_rev = acl_rev + 1 where id = $1 returning id)
       update memberships set status = 'removed' from room where room_id = room.id and user_id = $2
       returning clock_timestamp() as at`,
      [room.id, bob.userId],
    );
    await sends;
    const late = await pool().query(
      'select from messages where thread_id = $1 and author_id = $2 and created_at > $3',
      [room.mainThreadId, bob.userId, rows[0]?.at],
    );
    expect(late.rows).toHaveLength(0);
    const log = await storedLog(room.mainThreadId);
    expect(log.map((row) => row.seq)).toEqual(dense(log.length));
  });
});

describe('listMessages', () => {
  it('pages by place in both directions and around, on any border', async () => {
    const { alice, room } = await makePair();
    for (const i of dense(12)) await say(alice, room.mainThreadId, `Message ${i}`);
    const page = async (input: {
      cursor?: number;
      direction: 'backward' | 'forward' | 'around';
      limit: number;
    }) => {
      const { messages, prevCursor, nextCursor } = await listMessages(alice, {
        threadId: room.mainThreadId,
        ...input,
      });
      return { seqs: messages.map((m) => m.seq), prevCursor, nextCursor };
    };
    expect(await page({ direction: 'backward', limit: 5 })).toEqual({
      seqs: [8, 9, 10, 11, 12],
      prevCursor: 8,
      nextCursor: null,
    });
    expect(await page({ direction: 'backward', cursor: 8, limit: 5 })).toEqual({
      seqs: [3, 4, 5, 6, 7],
      prevCursor: 3,
      nextCursor: 7,
    });
    expect(await page({ direction: 'forward', limit: 5 })).toEqual({
      seqs: [1, 2, 3, 4, 5],
      prevCursor: null,
      nextCursor: 5,
    });
    expect(await page({ direction: 'forward', cursor: 10, limit: 5 })).toEqual({
      seqs: [11, 12],
      prevCursor: 11,
      nextCursor: null,
    });
    expect(await page({ direction: 'around', cursor: 6, limit: 4 })).toEqual({
      seqs: [4, 5, 6, 7],
      prevCursor: 4,
      nextCursor: 7,
    });
    expect(await page({ direction: 'around', cursor: 1, limit: 4 })).toEqual({
      seqs: [1, 2, 3, 4],
      prevCursor: null,
      nextCursor: 4,
    });
    expect(await page({ direction: 'backward', cursor: 1, limit: 4 })).toEqual({
      seqs: [],
      prevCursor: null,
      nextCursor: null,
    });
  });

  it('is closed to outsiders with the same words as a thread that does not exist', async () => {
    const { alice, room } = await makePair({ kind: 'private', visitors: 'none' });
    await say(alice, room.mainThreadId);
    const outsider = await makeMember();
    const read = (threadId: string) => listMessages(outsider, { threadId, direction: 'backward', limit: 5 });
    const closed = await read(room.mainThreadId).catch((e: unknown) => e);
    expect(closed).toMatchObject({ code: 'NOT_FOUND' });
    expect(closed).toEqual(await read(newId()).catch((e: unknown) => e));
  });
});

describe('readChanges', () => {
  it('gives each change after a rev once, with the head of the same moment', async () => {
    const { alice, room } = await makePair();
    for (const i of dense(5)) await say(alice, room.mainThreadId, `Message ${i}`);
    const read = await readChanges(room.mainThreadId, 3);
    expect(read).toMatchObject({ type: 'changes', head: { rev: 5, seq: 5 } });
    expect(read.type === 'changes' && read.changes.map((m) => m.rev)).toEqual([4, 5]);
    expect(await readChanges(room.mainThreadId, 5)).toMatchObject({ type: 'changes', changes: [] });
  });

  it('says reset past 1,000 changes, ahead of the log, and below what retention kept', async () => {
    const { alice, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    for (let i = 0; i < 16; i++)
      await writePosts(
        thread.id,
        dense(63).map(() => post(alice.userId)),
      );
    expect(await readChanges(thread.id, 0)).toEqual({ type: 'reset' });
    expect(await readChanges(thread.id, 8)).toMatchObject({ type: 'changes', head: { rev: 1008 } });
    expect(await readChanges(thread.id, 1009)).toEqual({ type: 'reset' });
    await pool().query('update threads set floor_rev = 1000 where id = $1', [thread.id]);
    expect(await readChanges(thread.id, 999)).toEqual({ type: 'reset' });
    expect(await readChanges(thread.id, 1000)).toMatchObject({ type: 'changes' });
  });

  it('is never torn while writers are at work: every snapshot continues the one before', async () => {
    const { alice, room } = await makePair();
    let isWriting = true;
    const queue = new PostQueue(() => {});
    const writers = Promise.all(
      dense(4).map(async () => {
        for (let i = 0; i < 60; i++) await queue.post(room.mainThreadId, post(alice.userId));
      }),
    ).then(() => (isWriting = false));
    let rev = 0;
    const seen: number[] = [];
    while (isWriting || rev < 240) {
      const read = await readChanges(room.mainThreadId, rev);
      if (read.type === 'reset') throw new Error('reset');
      seen.push(...read.changes.map((m) => m.seq));
      expect(read.changes.at(-1)?.rev ?? rev).toBe(read.head.rev);
      rev = read.head.rev;
    }
    await writers;
    expect(seen).toEqual(dense(240));
  });
});
