import { describe, expect, it } from 'vitest';
import { inTransaction, pool } from '@/server/base/db';
import { writePosts } from '@/server/domain/message/post-batch';
import { PostQueue } from '@/server/domain/message/post-queue';
import { makePair, storedLog } from '@/server/testing/factories';
import { dense, postBy } from '@/server/testing/posts';

describe('regression: a right that is taken away while a send waits for the thread', () => {
  /** Holds the thread's row so that the send waits, takes the right away, then lets the send go on. */
  async function duringSend(takeAway: (roomId: string, userId: string) => Promise<unknown>) {
    const { bob, room } = await makePair();
    const holder = await pool().connect();
    await holder.query('begin');
    await holder.query('select 1 from threads where id = $1 for update', [room.mainThreadId]);
    const send = writePosts(room.mainThreadId, [postBy(bob.userId)]);
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
    const send = writePosts(room.mainThreadId, [postBy(bob.userId)]);
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
        queues[i % 5]?.post(room.mainThreadId, postBy(i % 2 ? bob.userId : alice.userId)),
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
