import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { deleteMessage } from '@/server/domain/message/delete';
import { roomForModeration } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { banMember } from '@/server/domain/room/ban';
import { publishQueue } from '@/server/domain/room/queue';
import { threadForRead } from '@/server/domain/thread/access';
import { personSql } from '@/server/domain/user/person';
import { openReportsPerRoomMax, queuePageSize } from '@/shared/limits';
import type { ReportMessageInput, ReportPage, ReportReason, ResolveReportInput } from '@/shared/queue';
import type { Member, PersonView, Viewer } from '@/shared/user';

const target = statement<{ isOwn: boolean; isDeleted: boolean; open: number }>(
  'report-target',
  `select x.author_id in (select u.id from users u where u.id = $3 or u.claimed_by_id = $3) as "isOwn",
     x.deleted_at is not null as "isDeleted",
     (select count(*)::int from reports p where p.room_id = $4 and p.resolved_at is null) as open
   from messages x where x.thread_id = $1 and x.id = $2`,
);
const insert = statement<unknown>(
  'report-insert',
  `insert into reports (message_id, reporter_id, room_id, reason, note) values ($1, $2, $3, $4, $5)
   on conflict (message_id, reporter_id) do nothing returning message_id`,
);

type Row = {
  id: string;
  threadId: string;
  seq: number;
  text: string;
  createdAt: Date;
  author: PersonView;
  reasons: ReportReason[];
  notes: { by: PersonView; note: string }[] | null;
  firstAt: Date;
  total: number;
};
const page = statement<Row>(
  'report-list',
  `select x.id, x.thread_id as "threadId", x.seq, x.text, x.created_at as "createdAt",
     ${personSql('u')} as author, p.*
   from (
     select p.message_id, min(p.created_at) as "firstAt", array_agg(p.reason) as reasons,
       jsonb_agg(jsonb_build_object('by', ${personSql('r')}, 'note', p.note)
         order by p.created_at) filter (where p.note <> '') as notes,
       count(*) over ()::int as total
     from reports p join users r on r.id = p.reporter_id join messages x on x.id = p.message_id
     where p.room_id = $1 and p.resolved_at is null and x.deleted_at is null
     group by p.message_id order by min(p.created_at), p.message_id limit ${queuePageSize}
   ) p
   join messages x on x.id = p.message_id join users w on w.id = x.author_id
   join users u on u.id = coalesce(w.claimed_by_id, w.id)
   order by p."firstAt", x.id`,
);
const reported = statement<{ threadId: string; authorId: string; isDeleted: boolean }>(
  'report-message',
  `select x.thread_id as "threadId", x.author_id as "authorId", x.deleted_at is not null as "isDeleted"
   from messages x where x.id = $2 and exists (select from reports p where p.message_id = x.id and p.room_id = $1)`,
);
const resolve = statement<unknown>(
  'report-resolve',
  `update reports set resolved_at = now() where room_id = $1 and message_id = $2 and resolved_at is null
   returning message_id`,
);

/**
 * Shows a message to the room's moderators. Each person reports a message once; repeating it changes nothing.
 * @throws {AppError} NOT_FOUND; FORBIDDEN for one's own; TOO_MANY_REQUESTS when the room's queue is full
 */
export async function reportMessage(viewer: Member, input: ReportMessageInput): Promise<{ id: string }> {
  const { roomId } = await threadForRead(viewer, { id: input.threadId });
  const message = (await run(target, [input.threadId, input.id, viewer.userId, roomId]))[0];
  if (!message || message.isDeleted) throw notFound();
  if (message.isOwn) throw new AppError('FORBIDDEN', 'not_allowed', 'You cannot report your own message.');
  if (message.open >= openReportsPerRoomMax)
    throw new AppError(
      'TOO_MANY_REQUESTS',
      'busy',
      'Too many reports wait for the moderators of this room.',
      {
        retryAfterMs: 60_000,
      },
    );
  const made = await run(insert, [input.id, viewer.userId, roomId, input.reason, input.note]);
  if (made.length > 0) publishQueue(roomId);
  return { id: input.id };
}

/**
 * What was reported in a room and still stands there, oldest report first.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator
 */
export async function listReports(viewer: Viewer, roomId: string): Promise<ReportPage> {
  await roomForModeration(viewer, roomId);
  const rows = await run(page, [roomId]);
  return {
    reported: rows.map((row) => ({
      message: {
        id: row.id,
        threadId: row.threadId,
        seq: row.seq,
        text: row.text,
        createdAt: row.createdAt.toISOString(),
      },
      author: row.author,
      reasons: countsOf(row.reasons),
      notes: row.notes ?? [],
      firstAt: row.firstAt.toISOString(),
    })),
    total: rows[0]?.total ?? 0,
  };
}

function countsOf(reasons: ReportReason[]): Partial<Record<ReportReason, number>> {
  const counts: Partial<Record<ReportReason, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/**
 * Settles all reports of a message: nothing happens to it, it is deleted, or its writer is banned as well.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, or against an equal or higher role
 */
export async function resolveReport(viewer: Member, input: ResolveReportInput): Promise<{ id: string }> {
  const { roomId, messageId, action } = input;
  await roomForModeration(viewer, roomId);
  const message = (await run(reported, [roomId, messageId]))[0];
  if (!message) throw notFound();
  if (action === 'ban') await banMember(viewer, { roomId, userId: message.authorId, addressHours: 0 });
  if (action !== 'dismiss') await deleteMessage(viewer, { threadId: message.threadId, id: messageId });
  await inTransaction(async (client) => {
    if ((await run(resolve, [roomId, messageId], client)).length === 0) return;
    await recordAudit(client, {
      roomId,
      actorId: viewer.userId,
      action: `report.${action}`,
      subjectId: message.authorId,
      threadId: message.threadId,
      messageId,
    });
  });
  publishQueue(roomId);
  return { id: messageId };
}
