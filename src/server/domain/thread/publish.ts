import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { summaryColumns, summaryOf, type SummaryRow } from '@/server/domain/thread/view';
import { publish, roomTopic } from '@/server/realtime/bus';
import type { VisitorPolicy } from '@/shared/room';

const summary = statement<SummaryRow & { visitors: VisitorPolicy; aclRev: number }>(
  'thread-publish',
  `select ${summaryColumns}, r.visitors, r.acl_rev as "aclRev"
   from threads t join rooms r on r.id = t.room_id left join users u on u.id = t.last_message_author_id
   where t.id = $1 and t.deleted_at is null`,
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
