import { describe, expect, it, vi } from 'vitest';
import { inTransaction, pool } from '@/server/base/db';
import { inviteMembers } from '@/server/domain/room/people';
import { Gate } from '@/server/realtime/gate';
import { removeMember } from '@/server/domain/room/remove';
import { sendMessage } from '@/server/domain/message/send';
import { makeMember, makeRoom, makeThread, makeVisitor, newId } from '@/server/testing/factories';
import { dense } from '@/server/testing/posts';
import type { Member } from '@/shared/user';

const writerCount = 50;
const tries = 20;

/** Makes sends wait for the thread, again and again, so that removals come between their check and their write. */
async function holdThread(threadId: string): Promise<void> {
  for (let i = 0; i < 5; i++)
    await inTransaction(async (client) => {
      await client.query('select 1 from threads where id = $1 for update', [threadId]);
      await client.query('select pg_sleep(0.01)');
    });
}

/**
 * K4: fifty people write as fast as they can while all of them are removed. A send that waits for the
 * thread must see the removal that committed meanwhile: nothing stands after it.
 */
/** Everybody writes in closed loops, in all of the threads, until `work` is done. */
async function whileNobodyIsQuiet(writers: Member[], threadIds: string[], work: () => Promise<void>) {
  let isOver = false;
  let written = 0;
  const loops = writers.map(async (writer, i) => {
    for (let n = i; !isOver; n++) {
      const input = { id: newId(), threadId: threadIds[n % threadIds.length] ?? '', text: 'On and on' };
      const isIn = await sendMessage(writer, input).then(
        () => ++written,
        (cause: unknown) => expect(cause).toMatchObject({ code: 'NOT_FOUND' }),
      );
      if (typeof isIn !== 'number') return;
    }
  });
  await vi.waitUntil(() => written > 100, { timeout: 20_000 });
  try {
    await work();
  } finally {
    isOver = true;
  }
  await Promise.all(loops);
}

describe('S49: a removal', () => {
  it('comes through while a room is never quiet', { timeout: 60_000 }, async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const writers = await Promise.all(dense(24).map((i) => makeVisitor(`Writer ${i}`)));
    const userIds = writers.map(({ userId }) => userId);
    await inviteMembers(alice, { roomId: room.id, userIds, hidesHistory: false });
    const threads = await Promise.all(
      dense(6).map(async (i) => (await makeThread(alice, room.id, `Thread ${i}`)).id),
    );
    const removed = writers.slice(0, 5);
    // A lock that is never free would be given up after 3 s, and this would fail.
    await whileNobodyIsQuiet(writers, threads, async () => {
      for (const { userId } of removed) await removeMember(alice, { roomId: room.id, userId });
    });
    for (const writer of removed)
      await expect(
        sendMessage(writer, { id: newId(), threadId: threads[0] ?? '', text: 'Still here' }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('S49: a removal and the sends of fifty people at once', () => {
  it(
    `leave no message that was written after its author’s removal, ${tries} times over`,
    { timeout: 120_000 },
    async () => {
      const alice = await makeMember();
      const writers = await Promise.all(
        Array.from({ length: writerCount }, (_, i) => makeVisitor(`Writer ${i}`)),
      );
      let [written, refused] = [0, 0];
      for (let round = 0; round < tries; round++) {
        const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
        const userIds = writers.map((writer) => writer.userId);
        await inviteMembers(alice, { roomId: room.id, userIds, hidesHistory: false });
        /** When each removal was known to be committed, by the clock that stamps messages as well. */
        const removedAt = new Map<string, Date>();
        const sends = writers.flatMap((writer) =>
          [1, 2].map((n) =>
            sendMessage(writer, { id: newId(), threadId: room.mainThreadId, text: `Line ${n}` }).then(
              () => written++,
              (cause: unknown) => {
                expect(cause).toMatchObject({ code: expect.stringMatching(/FORBIDDEN|NOT_FOUND/) as string });
                refused++;
              },
            ),
          ),
        );
        // More at once than there are connections would wait for those rather than for locks.
        const gate = new Gate(8);
        const removals = writers.map(async ({ userId }) => {
          await gate.run(() => removeMember(alice, { roomId: room.id, userId }));
          const { rows } = await pool().query<{ at: Date }>('select clock_timestamp()::timestamptz(3) as at');
          if (rows[0]) removedAt.set(userId, rows[0].at);
        });
        await Promise.all([...sends, ...removals, holdThread(room.mainThreadId)]);
        const { rows } = await pool().query<{ authorId: string; at: Date; seq: number }>(
          'select author_id as "authorId", created_at as at, seq from messages where thread_id = $1 order by seq',
          [room.mainThreadId],
        );
        expect(removedAt.size).toBe(writerCount);
        expect(rows.filter(({ authorId, at }) => at > (removedAt.get(authorId) ?? new Date(0)))).toEqual([]);
        expect(rows.map((row) => row.seq)).toEqual(rows.map((_, i) => i + 1));
      }
      // Both sides of the race happened, or it was none.
      expect(written).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
    },
  );
});
