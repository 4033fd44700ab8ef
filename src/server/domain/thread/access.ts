import { run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import { accessColumns, proveReadable, walkIn, type RoomAccess } from '@/server/domain/room/access';
import { headColumns, type HeadRow } from '@/server/domain/thread/view';
import type { Member, Viewer } from '@/shared/user';

/** `visibleFrom`: the first place that the viewer may see, 1 for all but guests without history. */
export type ThreadAccess = RoomAccess & HeadRow & { threadDeletedAt: Date | null; visibleFrom: number };

/** The first place of the thread (`t`) that the viewer's membership (`m`) lets them see. */
export const visibleFromSql = `case when r.kind = 'private' and m.history_from is not null
    then first_seq_after(t.id, m.history_from) else 1 end`;

const columns = `${headColumns}, t.deleted_at as "threadDeletedAt", ${accessColumns},
  ${visibleFromSql} as "visibleFrom"`;

const byId = statement<ThreadAccess>(
  'thread-access',
  `select ${columns} from threads t join rooms r on r.id = t.room_id
   left join memberships m on m.room_id = r.id and m.user_id = $2
   where t.id = $1`,
);
type ManyRow = ThreadAccess & { viewerId: string | null };
const byIds = statement<ManyRow>(
  'thread-access-many',
  `select asked.viewer_id as "viewerId", ${columns}
   from unnest($1::uuid[], $2::uuid[]) asked (thread_id, viewer_id)
   join threads t on t.id = asked.thread_id join rooms r on r.id = t.room_id
   left join memberships m on m.room_id = r.id and m.user_id = asked.viewer_id`,
);
type Asked = { threadId: string; viewerId: string | null };
const keyOf = ({ threadId, viewerId }: Asked) => `${threadId} ${viewerId ?? ''}`;
/** A crowd that comes back asks for the same at once: whoever is alone does not pay for that. */
const accesses = () =>
  once(
    'thread-access-together',
    () =>
      new Together<Asked, ManyRow>({
        keyOf,
        keyOfRow: keyOf,
        read: async (asked) => {
          const [only, ...others] = asked;
          if (only && others.length === 0) {
            const rows = await run(byId, [only.threadId, only.viewerId]);
            return rows.map((row) => ({ ...row, viewerId: only.viewerId }));
          }
          return run(byIds, [asked.map(({ threadId }) => threadId), asked.map(({ viewerId }) => viewerId)]);
        },
      }),
  );
const byShortId = statement<ThreadAccess>(
  'thread-access-short',
  `select ${columns} from threads t join rooms r on r.id = t.room_id
   left join memberships m on m.room_id = r.id and m.user_id = $2
   where t.short_id = $1`,
);
const byMessage = statement<ThreadAccess & { messageText: string; messageSeq: number }>(
  'thread-access-message',
  `select x.text as "messageText", x.seq as "messageSeq", ${columns}
   from messages x join threads t on t.id = x.thread_id join rooms r on r.id = t.room_id
   left join memberships m on m.room_id = r.id and m.user_id = $2
   where x.id = $1 and x.deleted_at is null and t.deleted_at is null`,
);

/**
 * @throws {AppError} NOT_FOUND when there is no such thread for this viewer; who could read one that was
 *   deleted is told so
 */
export async function threadForRead(
  viewer: Viewer,
  key: { id: string } | { shortId: string },
): Promise<ThreadAccess> {
  const row =
    'id' in key
      ? await accesses().ask({ threadId: key.id, viewerId: viewer.userId })
      : (await run(byShortId, [key.shortId, viewer.userId]))[0];
  return proveThread<ThreadAccess>(viewer, row);
}

/**
 * @returns the row, when the viewer may read its thread
 * @throws {AppError} NOT_FOUND otherwise, as `threadForRead` does
 */
export function proveThread<Row extends RoomAccess & { threadDeletedAt: Date | null }>(
  viewer: Viewer,
  row: Row | undefined,
): Row {
  const thread = proveReadable(viewer, row);
  if (thread.threadDeletedAt) throw threadDeleted();
  return thread;
}

const threadDeleted = () =>
  new AppError('NOT_FOUND', 'deleted', 'This thread was deleted, with everything in it.');

/** The thread, its viewer a member: an open room takes them in. */
export async function threadForWrite(viewer: Member, threadId: string): Promise<ThreadAccess> {
  const thread = await threadForRead(viewer, { id: threadId });
  await walkIn(viewer, thread);
  return thread;
}

/** The thread that a live, readable message stands in. */
export async function threadOfMessage(
  viewer: Viewer,
  messageId: string,
): Promise<ThreadAccess & { messageText: string }> {
  const rows = await run(byMessage, [messageId, viewer.userId]);
  if (!rows[0] || rows[0].messageSeq < rows[0].visibleFrom) throw notFound();
  return proveReadable(viewer, rows[0]);
}
