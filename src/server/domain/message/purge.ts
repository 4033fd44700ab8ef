import { pool, run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { deletedSet } from '@/server/domain/message/delete';
import { publishChanges, type ChangedRow } from '@/server/domain/message/change';
import { messageColumns, messageJoins } from '@/server/domain/message/view';
import { roomForModeration, standingOf } from '@/server/domain/room/access';
import { recordAudit } from '@/server/domain/room/audit';
import { banMember } from '@/server/domain/room/ban';
import { actingRole, outranks } from '@/server/domain/room/rights';
import { prefixedHeadColumns } from '@/server/domain/thread/view';
import { purgeBatch, purgePerCallMax } from '@/shared/limits';
import type { BanMemberInput, BanResult, PurgeMemberInput, PurgeResult } from '@/shared/moderation';
import type { RoomRole } from '@/shared/room';
import type { Member } from '@/shared/user';

const next = statement<{ threadId: string; ids: string[] }>(
  'purge-next',
  `select thread_id as "threadId", array_agg(id order by seq) as ids from (
    select x.id, x.thread_id, x.seq from messages x join threads t on t.id = x.thread_id and t.room_id = $1
    where x.author_id in (select u.id from users u where u.id = $2 or u.claimed_by_id = $2)
      and x.created_at > now() - $3 * interval '1 hour' and x.deleted_at is null and x.kind <> 'event'
    order by x.thread_id, x.seq limit ${purgeBatch}
  ) l group by thread_id`,
);

/** Like a change of one message, for several of one thread: `rev` moves by one for each. */
const purge = statement<ChangedRow>(
  'purge-thread',
  `with room as materialized (
    select id, acl_rev from rooms where id = (select room_id from threads where id = $1) for share
  ),
  target as materialized (
    select x.id, x.seq, x.rev, x.text from messages x cross join room
    where x.thread_id = $1 and x.id = any($2::uuid[]) and x.deleted_at is null order by x.seq for update of x
  ),
  numbered as materialized (
    select *, row_number() over (order by seq)::int as place, count(*) over ()::int as total from target
  ),
  thread as (
    update threads t set rev = t.rev + (select max(total) from numbered),
      last_message_text = case when t.seq in (select seq from target) then '' else t.last_message_text end
    where t.id = $1 and exists (select from target) returning ${prefixedHeadColumns}
  ),
  kept as (
    insert into revisions (message_id, rev, text) select id, rev, text from target where exists (select from thread)
    on conflict do nothing
  ),
  changed as (
    update messages x set ${deletedSet}, rev = t."headRev" - n.total + n.place
    from numbered n cross join thread t where x.id = n.id returning x.*
  )
  select ${messageColumns}, t.*, r.acl_rev as "aclRev", x.seq = t."headSeq" as "isLast"
  from changed x cross join thread t cross join room r ${messageJoins} order by x.rev`,
);

const roleOf = statement<{ role: RoomRole }>(
  'purge-role',
  `select role from memberships where room_id = $1 and user_id = $2 and status = 'active'`,
);

async function proveMayPurge(viewer: Member, roomId: string, userId: string): Promise<void> {
  const room = await roomForModeration(viewer, roomId);
  const other = (await run(roleOf, [roomId, userId]))[0];
  if (other && !outranks(actingRole(standingOf(viewer, room)), other.role))
    throw new AppError('FORBIDDEN', 'not_allowed', 'You can only do this to somebody of a lower role.');
}

/**
 * Deletes what a person wrote in a room lately, through the log and in small batches, so that every open
 * list follows and nothing is locked for long. Repeating it goes on where it stopped.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no moderator, and against an equal or higher role
 */
export async function purgeMember(viewer: Member, input: PurgeMemberInput): Promise<PurgeResult> {
  const { roomId, userId, hours } = input;
  let deleted = 0;
  for (;;) {
    // Before each batch: a moderator who is none any more stops here.
    await proveMayPurge(viewer, roomId, userId);
    const threads = await run(next, [roomId, userId, hours]);
    const isDone = threads.length === 0;
    if (isDone || deleted >= purgePerCallMax) {
      if (deleted > 0)
        await recordAudit(pool(), {
          roomId,
          actorId: viewer.userId,
          action: 'room.purge',
          subjectId: userId,
          details: { hours, deleted },
        });
      return { deleted, hasMore: !isDone };
    }
    for (const { threadId, ids } of threads) {
      const rows = await run(purge, [threadId, ids, viewer.userId]);
      await publishChanges(threadId, rows, { isCounted: true });
      deleted += rows.length;
    }
  }
}

/**
 * Bans a person from a room and takes back what they wrote in it lately.
 * @throws {AppError} NOT_FOUND, FORBIDDEN
 */
export async function banAndPurge(viewer: Member, input: BanMemberInput): Promise<BanResult> {
  const { roomId, userId, purgeHours } = input;
  const { isAddressBanned } = await banMember(viewer, input);
  const purged =
    purgeHours > 0
      ? await purgeMember(viewer, { roomId, userId, hours: purgeHours })
      : { deleted: 0, hasMore: false };
  return { userId, isAddressBanned, ...purged };
}
