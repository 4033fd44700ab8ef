import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { writePosts } from '@/server/domain/message/post-batch';
import { PostQueue } from '@/server/domain/message/post-queue';
import { listMessages, readChanges } from '@/server/domain/message/read';
import { makeMember, makePair, makeThread, newId, say } from '@/server/testing/factories';
import { dense, postBy } from '@/server/testing/posts';

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

  it('S109: says reset past 1,000 changes, ahead of the log, and below what retention kept', async () => {
    const { alice, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    for (let i = 0; i < 16; i++)
      await writePosts(
        thread.id,
        dense(63).map(() => postBy(alice.userId)),
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
        for (let i = 0; i < 60; i++) await queue.post(room.mainThreadId, postBy(alice.userId));
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
