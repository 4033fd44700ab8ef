import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { publishPosts } from '@/server/domain/message/publish';
import { postQueue } from '@/server/domain/message/post-queue';
import { refusalOf } from '@/server/domain/message/send';
import { roomForModeration } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { joinRoom } from '@/server/domain/room/membership';
import { publishQueue } from '@/server/domain/room/queue';
import { personSql } from '@/server/domain/user/person';
import { publish } from '@/server/realtime/bus';
import { queuePageSize } from '@/shared/limits';
import type { HeldKeyInput, HeldPage } from '@/shared/queue';
import type { Member, PersonView, Viewer } from '@/shared/user';

type HeldRow = {
  id: string;
  threadId: string;
  threadTitle: string;
  author: PersonView;
  text: string;
  createdAt: Date;
  replyToId: string | null;
  sendHash: Buffer;
};
const columns = `h.id, h.thread_id as "threadId", t.title as "threadTitle", h.text, h.created_at as "createdAt",
  h.reply_to_id as "replyToId", h.send_hash as "sendHash",
  ${personSql('u')} as author`;
const joins = 'held_messages h join threads t on t.id = h.thread_id join users u on u.id = h.author_id';

const page = statement<HeldRow & { total: number }>(
  'held-list',
  `select ${columns}, count(*) over ()::int as total from ${joins}
   where h.room_id = $1 and h.rejected_at is null order by h.created_at, h.id limit ${queuePageSize}`,
);
const one = statement<HeldRow>(
  'held-one',
  `select ${columns} from ${joins} where h.id = $2 and h.room_id = $1 and h.rejected_at is null`,
);
const isPosted = statement<unknown>(
  'held-posted',
  'select from messages x join threads t on t.id = x.thread_id where x.id = $2 and t.room_id = $1',
);
const drop = statement<unknown>('held-drop', 'delete from held_messages where id = $1 returning id');
const reject = statement<{ authorId: string; threadId: string }>(
  'held-reject',
  `update held_messages set rejected_at = now(), text = '' where room_id = $1 and id = $2 and rejected_at is null
   returning author_id as "authorId", thread_id as "threadId"`,
);

/**
 * What waits to be let into a room, oldest first.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export async function listHeld(viewer: Viewer, roomId: string): Promise<HeldPage> {
  await roomForModeration(viewer, roomId);
  const rows = await run(page, [roomId]);
  return {
    held: rows.map((row) => ({
      id: row.id,
      threadId: row.threadId,
      threadTitle: row.threadTitle,
      author: row.author,
      text: row.text,
      createdAt: row.createdAt.toISOString(),
    })),
    total: rows[0]?.total ?? 0,
  };
}

/**
 * Lets a message and its writer in: the same send with the same id runs now, so however often this is
 * repeated or cut short, it is posted once.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, or when nothing can be posted there
 */
export async function approveHeld(viewer: Member, { roomId, id }: HeldKeyInput): Promise<{ id: string }> {
  await roomForModeration(viewer, roomId);
  const held = (await run(one, [roomId, id]))[0];
  if (!held) {
    if ((await run(isPosted, [roomId, id])).length === 0) throw notFound();
    return { id };
  }
  const author = { kind: 'visitor', userId: held.author.id, name: held.author.name, isAdmin: false } as const;
  await joinRoom(author, roomId, { isExplicit: true });
  const row = await postQueue(publishPosts).post(held.threadId, {
    id,
    authorId: held.author.id,
    kind: 'text',
    text: held.text,
    replyToId: held.replyToId,
    sendHash: held.sendHash,
    wasHeld: true,
  });
  if (row.seq === null && row.outcome !== 'exists')
    throw (
      refusalOf(row) ??
      new AppError('FORBIDDEN', 'thread_locked', 'Nothing can be posted to this thread now.')
    );
  await inTransaction(async (client) => {
    const dropped = await run(drop, [id], client);
    if (dropped.length > 0)
      await recordAudit(client, {
        roomId,
        actorId: viewer.userId,
        action: 'held.approve',
        subjectId: held.author.id,
        threadId: held.threadId,
        messageId: id,
      });
  });
  tell(roomId, { id, threadId: held.threadId, authorId: held.author.id });
  return { id };
}

/**
 * Turns a message away. Its text is forgotten; its writer is told.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export async function rejectHeld(viewer: Member, { roomId, id }: HeldKeyInput): Promise<{ id: string }> {
  await roomForModeration(viewer, roomId);
  const rejected = await inTransaction(async (client) => {
    const row = (await run(reject, [roomId, id], client))[0];
    if (!row) return null;
    await recordAudit(client, {
      roomId,
      actorId: viewer.userId,
      action: 'held.reject',
      subjectId: row.authorId,
      threadId: row.threadId,
      messageId: id,
    });
    return row;
  });
  if (!rejected) throw notFound();
  tell(roomId, { id, ...rejected });
  return { id };
}

function tell(roomId: string, held: { id: string; threadId: string; authorId: string }): void {
  publish(`user:${held.authorId}`, { type: 'held', threadId: held.threadId, messageId: held.id });
  publishQueue(roomId);
}
