import { describe, expect, it, vi } from 'vitest';
import { pool } from '@/server/base/db';
import { writePosts } from '@/server/domain/message/post-batch';
import { writePlainPosts } from '@/server/domain/message/post-plain';
import { PostQueue } from '@/server/domain/message/post-queue';
import { sendMessage } from '@/server/domain/message/send';
import { makeMember, makePair, makeThread, newId, say, storedLog } from '@/server/testing/factories';
import { dense, postBy } from '@/server/testing/posts';

/** Two people in a room of some threads, both of them known in each. */
async function makeBusyRoom(threads: number) {
  const pair = await makePair();
  const ids = await Promise.all(
    dense(threads).map(async (i) => (await makeThread(pair.alice, pair.room.id, `Thread ${i}`)).id),
  );
  for (const threadId of ids) for (const one of [pair.alice, pair.bob]) await say(one, threadId);
  return { ...pair, threads: ids };
}

/** A queue that notes what it writes: threads of each common statement, posts of each statement of its own. */
function watchedQueue() {
  const together: number[] = [];
  const alone: number[] = [];
  const queue = new PostQueue(() => {}, {
    plainPosts: (threads) => {
      together.push(threads.length);
      return writePlainPosts(threads);
    },
    posts: (threadId, posts) => {
      alone.push(posts.length);
      return writePosts(threadId, posts);
    },
  });
  return { queue, together, alone };
}

/** Holds what a statement locks while `work` runs. */
async function whileHeld<T>(lock: string, values: unknown[], work: () => Promise<T>): Promise<T> {
  const holder = await pool().connect();
  try {
    await holder.query('begin');
    await holder.query(lock, values);
    return await work();
  } finally {
    await holder.query('commit');
    holder.release();
  }
}

describe('what has waited', () => {
  it('goes to the database before the senders of what was written hear of it', async () => {
    const { alice, threads } = await makeBusyRoom(1);
    const threadId = threads[0] ?? '';
    const order: string[] = [];
    let meanwhile: Promise<unknown> | undefined;
    const queue = new PostQueue(() => order.push('told'), {
      plainPosts: (batches) => {
        order.push('asked');
        meanwhile ??= queue.post(threadId, postBy(alice.userId));
        return writePlainPosts(batches);
      },
      posts: writePosts,
    });
    await queue.post(threadId, postBy(alice.userId));
    await meanwhile;
    expect(order).toEqual(['asked', 'asked', 'told', 'told']);
  });
});

describe('posts to many threads', () => {
  it('share one statement, each thread dense and in order of arrival', async () => {
    const { alice, bob, threads } = await makeBusyRoom(5);
    const { queue, together, alone } = watchedQueue();
    const sent = threads.flatMap((threadId) =>
      [alice, bob, alice].map((by) => ({ threadId, post: postBy(by.userId) })),
    );
    const rows = await Promise.all(sent.map(({ threadId, post }) => queue.post(threadId, post)));
    expect([together, alone]).toEqual([[5], []]);
    expect(rows.map(({ seq, threadId }) => [threadId, seq])).toEqual(
      threads.flatMap((threadId) => [3, 4, 5].map((seq) => [threadId, seq])),
    );
    for (const threadId of threads)
      expect((await storedLog(threadId)).map((row) => [row.seq, row.rev])).toEqual(
        dense(5).map((i) => [i, i]),
      );
  });

  it('of many at once share few, and no thread is written twice at a time', async () => {
    const { alice, threads } = await makeBusyRoom(8);
    const { queue, together } = watchedQueue();
    const rounds = dense(40).map(async (i) => {
      const row = await queue.post(threads[i % 8] ?? '', postBy(alice.userId));
      return queue.post(row.threadId, postBy(alice.userId));
    });
    await Promise.all(rounds);
    expect(together.length).toBeLessThan(20);
    for (const threadId of threads)
      expect((await storedLog(threadId)).map((row) => row.seq)).toEqual(dense(12));
  });

  it('are each answered for themselves: a stranger to the room, a lock, a deleted thread, none at all', async () => {
    const { alice, threads } = await makeBusyRoom(4);
    const [open = '', locked = '', deleted = '', other = ''] = threads;
    const outsider = await makeMember('Carol');
    await pool().query('update threads set locked_at = now() where id = $1', [locked]);
    await pool().query('update threads set deleted_at = now() where id = $1', [deleted]);
    const { queue, together, alone } = watchedQueue();
    const answers = Promise.all([
      queue.post(open, postBy(outsider.userId)),
      queue.post(open, postBy(alice.userId)),
      queue.post(locked, postBy(alice.userId)),
      queue.post(deleted, postBy(alice.userId)),
      queue.post(other, postBy(alice.userId)),
    ]);
    await expect(queue.post(newId(), postBy(alice.userId))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await answers).map(({ outcome, seq }) => [outcome, seq])).toEqual([
      ['not_member', null],
      ['ok', 3],
      ['ok', null],
      ['ok', null],
      ['ok', 3],
    ]);
    // The one thread in which all was well, and each of the others by itself and as a whole.
    expect([together, alone.toSorted((a, b) => a - b)]).toEqual([[5], [1, 1, 1, 2]]);
  });

  it.each([
    ['thread', 'select from threads where id = $1 for update'],
    ['room', 'select from rooms where id = (select room_id from threads where id = $1) for no key update'],
    [
      'membership',
      'select from memberships where room_id = (select room_id from threads where id = $1) for no key update',
    ],
  ])('wait for nobody who holds one’s %s; that one waits by itself', async (_, lock) => {
    const [held, free] = [await makeBusyRoom(1), await makeBusyRoom(1)];
    const [heldId = '', freeId = ''] = [held.threads[0], free.threads[0]];
    const { queue, together, alone } = watchedQueue();
    let isDone = false;
    const late = await whileHeld(lock, [heldId], async () => {
      const waiting = queue.post(heldId, postBy(held.alice.userId));
      void waiting.then(() => (isDone = true));
      const first = await queue.post(freeId, postBy(free.alice.userId));
      expect(first).toMatchObject({ outcome: 'ok', seq: 3 });
      await vi.waitFor(() => expect(alone).toEqual([1]));
      expect([together, isDone]).toEqual([[2], false]);
      return { waiting };
    });
    expect(await late.waiting).toMatchObject({ outcome: 'ok', seq: 3 });
  });

  it('to one thread by two processes at once, while it is renamed, are dense and numbered as they are told', async () => {
    const { alice, bob, threads } = await makeBusyRoom(1);
    const [threadId = ''] = threads;
    const told: (number | null)[] = [];
    const writeMany = async (by: string) => {
      let times = 0;
      for (const _ of dense(150)) {
        const [rows] = await writePlainPosts([{ threadId, posts: [postBy(by), postBy(by)] }]);
        told.push(...(rows ?? []).map(({ seq }) => seq));
        if (rows) times++;
      }
      return times;
    };
    const rename = async () => {
      for (const _ of dense(150))
        await pool().query('update threads set head_rev = head_rev + 1 where id = $1', [threadId]);
    };
    const [hers, his] = await Promise.all([writeMany(alice.userId), writeMany(bob.userId), rename()]);
    expect([hers > 0, his > 0]).toEqual([true, true]);
    expect(told.toSorted((a, b) => Number(a) - Number(b))).toEqual(dense(2 * (hers + his), 3));
    expect((await storedLog(threadId)).map((row) => [row.seq, row.rev])).toEqual(
      dense(2 + 2 * (hers + his)).map((i) => [i, i]),
    );
  });

  it('that the database refuses as one are written thread by thread', async () => {
    const { alice, threads } = await makeBusyRoom(3);
    const { queue, together, alone } = watchedQueue();
    // NUL passes no schema; here it stands for whatever the database alone refuses.
    const settled = await Promise.allSettled(
      threads.map((threadId, i) =>
        queue.post(threadId, postBy(alice.userId, newId(), i === 1 ? 'bad \0' : 'Good')),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([together, alone]).toEqual([[3], [1, 1, 1]]);
  });

  it('wait for an id that is being written to another thread, and nobody fails for it', async () => {
    const { alice, bob, threads } = await makeBusyRoom(3);
    const [one = '', two = '', three = ''] = threads;
    const { queue, together, alone } = watchedQueue();
    const id = newId();
    const rows = await Promise.all([
      queue.post(one, postBy(alice.userId, id)),
      queue.post(two, postBy(alice.userId, id)),
      queue.post(two, postBy(bob.userId)),
      queue.post(three, postBy(bob.userId)),
    ]);
    expect(rows.map(({ outcome, seq }) => [outcome, seq])).toEqual([
      ['ok', 3],
      ['exists', null],
      ['ok', 3],
      ['ok', 3],
    ]);
    // The thread of the repeated id is told what became of it by its own statement.
    expect([together, alone]).toEqual([[2, 1], [2]]);
  });

  it('are acknowledged even when the telling of them fails', async () => {
    const { alice, threads } = await makeBusyRoom(2);
    const deaf = new PostQueue(() => {
      throw new Error('Nobody can be told.');
    });
    const rows = await Promise.all(threads.map((threadId) => deaf.post(threadId, postBy(alice.userId))));
    expect(rows.map(({ seq }) => seq)).toEqual([3, 3]);
    expect(await deaf.post(threads[0] ?? '', postBy(alice.userId))).toMatchObject({ seq: 4 });
  });

  it('share an answer with their repetition, and not with what a moderator lets in', async () => {
    const { alice, threads } = await makeBusyRoom(1);
    const { queue } = watchedQueue();
    const post = postBy(alice.userId);
    const [threadId = ''] = threads;
    const [first, again, letIn] = [post, post, { ...post, wasHeld: true as const }].map((each) =>
      queue.post(threadId, each),
    );
    expect(again).toBe(first);
    expect(letIn).not.toBe(first);
    expect(await Promise.all([first, letIn])).toMatchObject([{ outcome: 'ok' }, { outcome: 'exists' }]);
  });

  it('with one id for two threads: one is written, the other is a conflict', async () => {
    const { alice, threads } = await makeBusyRoom(2);
    const id = newId();
    const settled = await Promise.allSettled(
      threads.map((threadId) => sendMessage(alice, { id, threadId, text: 'Which?' })),
    );
    // Which of them is first is the database's to say.
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT', reason: 'id_taken' },
    });
    const lengths = await Promise.all(threads.map(async (threadId) => (await storedLog(threadId)).length));
    expect(lengths.toSorted((a, b) => a - b)).toEqual([2, 3]);
  });

  it('go by the full statement where somebody is called or answered', async () => {
    const { alice, bob, threads } = await makeBusyRoom(1);
    const [threadId = ''] = threads;
    const { queue, together, alone } = watchedQueue();
    const rows = await Promise.all([
      queue.post(threadId, postBy(alice.userId)),
      queue.post(threadId, postBy(alice.userId, newId(), `<@${bob.userId}> look`)),
      queue.post(threadId, postBy(bob.userId)),
    ]);
    expect(rows.map(({ seq, mentioned }) => [seq, mentioned?.length ?? 0])).toEqual([
      [3, 0],
      [4, 1],
      [5, 0],
    ]);
    expect([together, alone]).toEqual([[1], [2]]);
  });
});
