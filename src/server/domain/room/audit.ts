import type { Pool, PoolClient } from 'pg';
import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import { roomForModeration } from '@/server/domain/room/access';
import { listCursor, parseListCursor } from '@/server/domain/room/read';
import { personSql } from '@/server/domain/user/person';
import type { AuditPage, AuditView, ListAuditInput } from '@/shared/audit';
import type { People, PersonView, Viewer } from '@/shared/user';

type Entry = Pick<AuditView, 'actorId' | 'action'> &
  Partial<Pick<AuditView, 'subjectId' | 'threadId' | 'messageId' | 'details'>> & {
    /** Null for what concerns the instance. */
    roomId: string | null;
  };

const record = statement<unknown>(
  'audit-record',
  `insert into audit_entries (id, room_id, actor_id, action, subject_id, thread_id, message_id, details)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

/**
 * Notes who did what to whom. A verb that is one statement inserts into `audit_entries` itself.
 * @param client the verb's own transaction, so that both happen or neither
 */
export async function recordAudit(client: PoolClient | Pool, entry: Entry): Promise<void> {
  const { roomId, actorId, action, subjectId, threadId, messageId, details } = entry;
  const what = [subjectId ?? null, threadId ?? null, messageId ?? null, JSON.stringify(details ?? {})];
  await run(record, [newId(), roomId, actorId, action, ...what], client);
}

type Row = Omit<AuditView, 'createdAt'> & {
  createdAt: Date;
  actor: PersonView | null;
  subject: PersonView | null;
};
const person = (of: string) => `case when ${of}.id is not null then ${personSql(of)} end`;

const page = statement<Row>(
  'audit-list',
  `select e.id, e.action, e.actor_id as "actorId", e.subject_id as "subjectId", e.thread_id as "threadId",
    e.message_id as "messageId", e.details, e.created_at as "createdAt",
    ${person('a')} as actor, ${person('s')} as subject
   from audit_entries e left join users a on a.id = e.actor_id left join users s on s.id = e.subject_id
   where e.room_id = $1 and ($2::timestamptz is null or (e.created_at, e.id) < ($2, $3::uuid))
   order by e.created_at desc, e.id desc limit $4`,
);

/**
 * What was done to keep order in a room, newest first.
 * @throws {AppError} NOT_FOUND; FORBIDDEN for all but its moderators
 */
export async function listAudit(viewer: Viewer, input: ListAuditInput): Promise<AuditPage> {
  await roomForModeration(viewer, input.roomId);
  const cursor = parseListCursor(input.cursor);
  const rows = await run(page, [input.roomId, cursor?.at ?? null, cursor?.id ?? null, input.limit + 1]);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  const people: People = {};
  const entries = shown.map(({ actor, subject, createdAt, ...entry }): AuditView => {
    for (const one of [actor, subject]) if (one) people[one.id] = one;
    return { ...entry, createdAt: createdAt.toISOString() };
  });
  return {
    entries,
    people,
    nextCursor: rows.length > input.limit && last ? listCursor(last.createdAt.toISOString(), last.id) : null,
  };
}
