import { run, statement, type Statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { threadForRead, type ThreadAccess } from '@/server/domain/thread/access';
import { headOf, prefixedHeadColumns, unprefixed, type PrefixedHead } from '@/server/domain/thread/view';
import { publishSummary } from '@/server/domain/thread/publish';
import {
  messageColumns,
  messageJoins,
  messageOf,
  peopleOf,
  type MessageRow,
} from '@/server/domain/message/view';
import { mentionableSql, tellCalled } from '@/server/domain/message/mention';
import { getMessage, peopleAround } from '@/server/domain/message/read';
import { personSql } from '@/server/domain/user/person';
import { publish } from '@/server/realtime/bus';
import type { AuditAction } from '@/shared/audit';
import { previewMaxChars } from '@/shared/limits';
import type { MessageKeyInput, MessageView } from '@/shared/message';
import type { Member, PersonView } from '@/shared/user';

export type ChangedRow = MessageRow &
  PrefixedHead & {
    aclRev: number;
    isLast: boolean;
    /** Who follows the thread from now on because of it. */
    called?: PersonView[] | null;
  };

/** SQL over the message `x`, the caller's membership `m`; parameters from $4 on are the verb's own. */
type Change = {
  name: string;
  /** Who may, and in which state. What does not fit changes nothing and burns no number. */
  when: string;
  set: string;
  /** The text that lists show when this is the thread's last message; absent when it stays. */
  preview?: string;
  /** What to keep of the message as it was: SQL after `insert into revisions ...`. */
  keep?: string;
  /** SQL for the ids of those whom the new text names. */
  mentions?: string;
  /** What it is recorded as when somebody else than the author does it. */
  audit?: AuditAction;
};

/** Whether the caller is the author, resolved through claims. */
export const isAuthorSql = `x.author_id in (select u.id from users u where u.id = $3 or u.claimed_by_id = $3)`;
export const isModeratorSql = `m.role in ('owner', 'moderator')`;

const auditSql = (action: AuditAction) =>
  `insert into audit_entries (room_id, actor_id, action, subject_id, thread_id, message_id)
   select (select id from room), $3, '${action}', target.author_id, $1, target.id
   from target where not target.is_own and exists (select from thread)`;

/**
 * Keeps who is called in step with the new text; whom it calls anew follows the thread from that message on.
 * A visitor whom an account has claimed since stays called, with the account.
 */
const mentionsSql = (ids: string) => `
    named as materialized (
      select nu.id as user_id, ${personSql('nu')} as person from users nu
      where nu.id = any(${ids}::uuid[]) and ${mentionableSql('(select id from room)')}
    ),
    forgotten as (
      delete from mentions n where n.message_id = $2 and exists (select from thread)
        and n.user_id not in (select user_id from named)
        and not exists (
          select from users v where v.id = any(${ids}::uuid[]) and n.user_id in (v.id, v.claimed_by_id)
            and v.claimed_by_id is not null
        )
    ),
    noted as (
      insert into mentions (message_id, user_id, thread_id, seq)
      select g.id, n.user_id, $1, g.seq from named n cross join target g where exists (select from thread)
      on conflict do nothing returning user_id
    ),
    called as (
      insert into read_states (user_id, thread_id, last_read_seq, following)
      select n.user_id, $1, g.seq - 1, true from noted n cross join target g
      where n.user_id <> g.author_id and not (select is_main from threads where id = $1)
        and not exists (
          select from read_states s where s.user_id = n.user_id and s.thread_id = $1 and s.following is not null
        )
      order by n.user_id
      on conflict (user_id, thread_id) do update set following = true,
        last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
        where read_states.following is null
      returning user_id
    )`;

/**
 * A change of one message: like a post it locks the room and the caller's membership, proves the right
 * under those locks, and moves `rev` by one under the thread's. The message is locked before the thread,
 * so that `rev` moves only for a change that happens.
 */
export function changeStatement(change: Change): Statement<ChangedRow> {
  const { name, when, set, preview, keep, mentions, audit } = change;
  return statement(
    name,
    `with room as materialized (
      select id, acl_rev, archived_at, locked_at, visitors from rooms
      where id = (select room_id from threads where id = $1) for share
    ),
    member as materialized (
      select user_id, role, muted_until from memberships
      where room_id = (select id from room) and user_id = $3 and status = 'active' for share
    ),
    target as materialized (
      select x.id, x.seq, x.rev, x.text, x.deleted_at, x.author_id, ${isAuthorSql} as is_own from messages x cross join member m cross join room r
      where x.id = $2 and x.thread_id = $1 and r.archived_at is null
        and (r.locked_at is null or ${isModeratorSql}) and (${when})
      for update of x
    ),
    thread as (
      update threads t set rev = t.rev + 1
        ${preview ? `, last_message_text = case when t.seq = (select seq from target) then left(${preview}, ${previewMaxChars}) else t.last_message_text end` : ''}
      where t.id = $1 and t.archived_at is null and exists (select from target)
        and (t.locked_at is null or (select role from member) in ('owner', 'moderator'))
      returning ${prefixedHeadColumns}
    ),
    ${mentions ? `${mentionsSql(mentions)},` : ''}
    ${keep ? `kept as (insert into revisions (message_id, rev, text) ${keep} on conflict do nothing),` : ''}
    ${audit ? `audited as (${auditSql(audit)}),` : ''}
    changed as (
      update messages x set ${set}, rev = t."headRev" from thread t
      where x.id = $2 and x.thread_id = t."headThreadId" returning x.*
    )
    select ${messageColumns}, t.*, r.acl_rev as "aclRev", x.seq = t."headSeq" as "isLast",
      ${mentions ? `(select jsonb_agg(n.person) from named n join called c on c.user_id = n.user_id)` : 'null::jsonb'} as called
    from changed x cross join thread t cross join room r ${messageJoins}`,
  );
}

/**
 * Runs a change and tells the readers after its commit.
 * @param explain called when nothing changed: returns the message when that is what was asked for,
 *   throws what stands in the way otherwise
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export async function changeMessage(
  viewer: Member,
  key: MessageKeyInput,
  change: {
    statement: Statement<ChangedRow>;
    values: unknown[];
    /** Whether it changes how much is unread, so that lists have to hear of it. */
    isCounted?: boolean;
    explain(found: FoundMessage): MessageView;
  },
): Promise<MessageView> {
  const access = await threadForRead(viewer, { id: key.threadId });
  // What a guest without history may not see is not there to be changed.
  if (access.visibleFrom > 1) await getMessage(viewer, key);
  const row = (await run(change.statement, [key.threadId, key.id, viewer.userId, ...change.values]))[0];
  if (!row) return change.explain(await findMessage(viewer, access, key));
  await publishChanges(key.threadId, [row], { isCounted: change.isCounted });
  return messageOf(row);
}

/**
 * Tells the readers of changes that one statement committed, in the order of their `rev`.
 * @param options.isCounted whether they change how much is unread
 */
export async function publishChanges(
  threadId: string,
  rows: ChangedRow[],
  { isCounted = false }: { isCounted?: boolean | undefined } = {},
): Promise<void> {
  const last = rows.at(-1);
  if (!last) return;
  const head = unprefixed(last);
  // Names are for show: without them the changes are told all the same.
  const people = await peopleAround(rows).catch(() => peopleOf(rows));
  publish(`thread:${threadId}`, {
    type: 'changes',
    batch: {
      type: 'changes',
      from: head.rev - rows.length,
      to: head.rev,
      changes: rows.map(messageOf),
      people,
      head: headOf(head),
    },
    aclRev: last.aclRev,
  });
  for (const row of rows) tellCalled(threadId, row.called ?? []);
  if (isCounted || rows.some((row) => row.isLast)) publishSummary(threadId);
}

export type FoundMessage = {
  message: MessageView;
  isAuthor: boolean;
  isModerator: boolean;
  deletedById: string | null;
};

const find = statement<MessageRow & { isAuthor: boolean; deletedById: string | null }>(
  'message-find',
  `select ${messageColumns}, u.id = $3 as "isAuthor", x.deleted_by_id as "deletedById"
   from messages x ${messageJoins} where x.id = $1 and x.thread_id = $2`,
);

/** The message as it is, for an answer to a change that did not happen; closed places answer first. */
async function findMessage(
  viewer: Member,
  access: ThreadAccess,
  key: MessageKeyInput,
): Promise<FoundMessage> {
  const row = (await run(find, [key.id, key.threadId, viewer.userId]))[0];
  if (!row) throw notFound();
  const isModerator = access.status === 'active' && (access.role === 'owner' || access.role === 'moderator');
  const found = {
    message: messageOf(row),
    isAuthor: row.isAuthor,
    isModerator,
    deletedById: row.deletedById,
  };
  if (access.roomArchivedAt)
    throw new AppError('FORBIDDEN', 'room_archived', 'This room is archived: nothing in it can be changed.');
  if (access.archivedAt)
    throw new AppError(
      'FORBIDDEN',
      'thread_archived',
      'This thread is archived: nothing in it can be changed.',
    );
  if (access.lockedAt && !isModerator)
    throw new AppError(
      'FORBIDDEN',
      'thread_locked',
      'This thread is locked: nothing in it can be changed for now.',
    );
  if (access.status !== 'active')
    throw new AppError('FORBIDDEN', 'not_member', 'You are not in this room, so nothing was changed.');
  return found;
}

export const notAllowed = (message: string) => new AppError('FORBIDDEN', 'not_allowed', message);
export const isDeleted = () => new AppError('CONFLICT', 'deleted', 'This message has been deleted.');
