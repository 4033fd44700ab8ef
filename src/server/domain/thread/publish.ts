import { reserve, run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { lastAuthorJoin, summaryColumns, summaryOf, type SummaryRow } from '@/server/domain/thread/view';
import { bus, publish, roomTopic } from '@/server/realtime/bus';
import { hasRoomListeners } from '@/server/realtime/pulse';
import { listSweepBackMs, listSweepMax, tailSweepMs } from '@/shared/limits';
import type { VisitorPolicy } from '@/shared/room';

type PublishedRow = SummaryRow & { visitors: VisitorPolicy; aclRev: number };
const summarySql = `select ${summaryColumns}, r.visitors, r.acl_rev as "aclRev"
  from threads t join rooms r on r.id = t.room_id ${lastAuthorJoin}
  where t.deleted_at is null`;

const summary = statement<PublishedRow>('thread-publish', `${summarySql} and t.id = $1`);
/** `active_at` is the moment cut to 10 s, and what the index holds. */
const recent = statement<PublishedRow>(
  'thread-recent',
  `${summarySql} and t.active_at >= clock_timestamp() - $1::int * interval '1 millisecond' - interval '10 seconds'
   and t.last_message_at >= clock_timestamp() - $1::int * interval '1 millisecond'
   order by t.active_at desc, t.last_message_at desc limit ${listSweepMax}`,
);

/** Tells the room's readers how a thread stands in lists now; the caller's answer does not wait for it. */
export function publishSummary(threadId: string): void {
  run(summary, [threadId]).then(
    ([row]) => {
      if (!row) return;
      const topic = roomTopic({ id: row.roomId, kind: row.roomKind, visitors: row.visitors });
      publish(topic, { type: 'thread', thread: summaryOf(row), aclRev: row.aclRev });
    },
    (cause: unknown) => log().warn({ err: cause, threadId }, 'a list hint was not published'),
  );
}

/**
 * Tells this process's lists of threads in which something was just said, by whichever process: what
 * the bus has brought already is told once. Without a bus it is the only way to hear of the others.
 */
export async function tellRecent(): Promise<void> {
  if (!hasRoomListeners()) return;
  for (const row of await run(recent, [listSweepBackMs + tailSweepMs], reserve()))
    bus().tell(roomTopic({ id: row.roomId, kind: row.roomKind, visitors: row.visitors }), {
      type: 'thread',
      thread: summaryOf(row),
      aclRev: row.aclRev,
      isSwept: true,
    });
}
