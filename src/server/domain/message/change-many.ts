import type { PoolClient } from 'pg';
import { run, statement } from '@/server/base/db';
import { publishSummary } from '@/server/domain/thread/publish';
import { publish } from '@/server/realtime/bus';

/** A thread after a change of several of its messages. */
export type Moved = { threadId: string; rev: number; aclRev: number };

const lockMessages = statement<{ threadId: string }>(
  'many-messages',
  `select thread_id as "threadId" from messages where id = any($1::uuid[]) order by id for update`,
);
const lockThreads = statement<unknown>(
  'many-threads',
  'select from threads where id = any($1::uuid[]) order by id for update',
);

/**
 * Changes messages of several threads as the log demands: each under a `rev` of its own, so that every
 * open list learns of it. Messages are locked before threads, as a change of one message does it.
 * @param ids of the messages
 * @param set SQL over the message `m`; parameters from $2 on are the caller's
 */
export async function changeMany(
  client: PoolClient,
  ids: readonly string[],
  { set, values }: { set: string; values: readonly unknown[] },
): Promise<Moved[]> {
  if (ids.length === 0) return [];
  const threadIds = [...new Set((await run(lockMessages, [ids], client)).map((row) => row.threadId))];
  await run(lockThreads, [threadIds], client);
  const { rows } = await client.query<Moved>(
    `with hit as materialized (
      select m.id, m.thread_id, row_number() over (partition by m.thread_id order by m.seq)::int as place
      from messages m where m.id = any($1::uuid[])
    ),
    moved as (
      update threads t set rev = t.rev + h.n from (select thread_id, count(*)::int as n from hit group by 1) h
      where t.id = h.thread_id returning t.id, t.room_id, t.rev, h.n
    ),
    changed as (
      update messages m set ${set ? `${set},` : ''} rev = v.rev - v.n + h.place
      from hit h join moved v on v.id = h.thread_id where m.id = h.id
    )
    select v.id as "threadId", v.rev, r.acl_rev as "aclRev" from moved v join rooms r on r.id = v.room_id`,
    [ids, ...values],
  );
  return rows;
}

/** Tells the readers, after the commit: they read what changed from the database. */
export function publishMany(moved: readonly Moved[]): void {
  for (const { threadId, rev, aclRev } of moved) {
    publish(`thread:${threadId}`, { type: 'changed', rev, aclRev });
    publishSummary(threadId);
  }
}
