import { columnsOf } from '@/server/base/db';
import { epoch } from '@/server/base/epoch';
import { countsSql, readToSql, sinceSql, unreadMentions, unreadRows } from '@/server/domain/room/unread';
import { plainLine } from '@/shared/markdown-plain';
import { cursorOf } from '@/shared/cursor';
import type { RoomKind } from '@/shared/room';
import type { ListedThread, ReadState, ThreadHead, ThreadSummary } from '@/shared/thread';
import type { UserKind } from '@/shared/user';

export type HeadRow = {
  threadId: string;
  roomId: string;
  title: string;
  seq: number;
  firstSeq: number;
  rev: number;
  headRev: number;
  lastMessageAt: Date;
  archivedAt: Date | null;
  lockedAt: Date | null;
};

const headSql: Record<keyof HeadRow, string> = {
  threadId: 't.id',
  roomId: 't.room_id',
  title: 't.title',
  seq: 't.seq',
  firstSeq: 't.first_seq',
  rev: 't.rev',
  headRev: 't.head_rev',
  lastMessageAt: 't.last_message_at',
  archivedAt: 't.archived_at',
  lockedAt: 't.locked_at',
};
/** The columns of `HeadRow`, over `threads t`. */
export const headColumns = columnsOf(headSql);

/** A `HeadRow` beside other columns: `headSeq`, `headRev`, ... */
export type PrefixedHead = { [Key in keyof HeadRow as `head${Capitalize<Key>}`]: HeadRow[Key] };

/** The columns of `PrefixedHead`, over `threads t`. */
export const prefixedHeadColumns = columnsOf(
  Object.fromEntries(
    Object.entries(headSql).map(([name, sql]) => [
      `head${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      sql,
    ]),
  ),
);

export const unprefixed = (row: PrefixedHead): HeadRow => ({
  threadId: row.headThreadId,
  roomId: row.headRoomId,
  title: row.headTitle,
  seq: row.headSeq,
  firstSeq: row.headFirstSeq,
  rev: row.headRev,
  headRev: row.headHeadRev,
  lastMessageAt: row.headLastMessageAt,
  archivedAt: row.headArchivedAt,
  lockedAt: row.headLockedAt,
});

export type SummaryRow = HeadRow & {
  shortId: string;
  isMain: boolean;
  parentMessageId: string | null;
  roomSlug: string;
  roomName: string;
  roomKind: RoomKind;
  lastText: string | null;
  lastAuthorId: string | null;
  lastAuthorName: string | null;
  lastAuthorKind: UserKind | null;
  /** The names of those whom the last message calls, by id. */
  lastNames: Record<string, string> | null;
};

const summarySql: Record<keyof SummaryRow, string> = {
  ...headSql,
  shortId: 't.short_id',
  isMain: 't.is_main',
  parentMessageId: 't.parent_message_id',
  roomSlug: 'r.slug',
  roomName: 'r.name',
  roomKind: 'r.kind',
  lastText: 't.last_message_text',
  lastAuthorId: 'coalesce(ua.id, u.id)',
  lastAuthorName: 'coalesce(ua.name, u.name)',
  lastAuthorKind: 'coalesce(ua.kind, u.kind)',
  lastNames: `case when t.last_message_text like '%<@%' then (
    select jsonb_object_agg(nu.id, nu.name) from messages lx join mentions n on n.message_id = lx.id
    join users nu on nu.id = n.user_id where lx.thread_id = t.id and lx.seq = t.seq
  ) end`,
};
/** The columns of `SummaryRow`, over `threads t`, `rooms r` and `lastAuthorJoin`. */
export const summaryColumns = columnsOf(summarySql);

/** The author of a thread's (`t`) last message as `u`, and the account that has claimed that visitor as `ua`. */
export const lastAuthorJoin = `left join users u on u.id = t.last_message_author_id
  left join users ua on ua.id = u.claimed_by_id`;

export const headOf = (row: HeadRow): ThreadHead => ({
  id: row.threadId,
  roomId: row.roomId,
  title: row.title,
  seq: row.seq,
  firstSeq: row.firstSeq,
  rev: row.rev,
  headRev: row.headRev,
  cursor: cursorOf(epoch(), row.rev),
  lastMessageAt: row.lastMessageAt.toISOString(),
  archivedAt: row.archivedAt?.toISOString() ?? null,
  lockedAt: row.lockedAt?.toISOString() ?? null,
});

/** Added to what was just made: in a list of thirty, spreading one object into the next takes longest of all. */
export const summaryOf = (row: SummaryRow): ThreadSummary =>
  Object.assign(headOf(row), {
    shortId: row.shortId,
    isMain: row.isMain,
    parentMessageId: row.parentMessageId,
    room: { id: row.roomId, slug: row.roomSlug, name: row.roomName, kind: row.roomKind },
    lastMessage:
      row.lastText !== null && row.lastAuthorId && row.lastAuthorName && row.lastAuthorKind
        ? {
            author: { id: row.lastAuthorId, name: row.lastAuthorName, kind: row.lastAuthorKind },
            text: plainLine(row.lastText, (userId) => row.lastNames?.[userId]),
          }
        : null,
  });

/** How the viewer stands in a thread; `lastReadSeq` is null where they keep no state. */
export type ReadStateRow = Omit<ReadState, 'lastReadSeq'> & { lastReadSeq: number | null };
/** `historyFrom`: where the viewer sees only what is newer. */
export type ListedRow = SummaryRow & ReadStateRow & { historyFrom: Date | null };

/** What a state is seen from, over the viewer's `memberships m`: for the pages of `withReadState`. */
export const seatColumns = columnsOf({
  seatStatus: 'm.status',
  seatJoinedAt: 'm.joined_at',
  seatHistoryFrom: 'm.history_from',
});
/** The columns of a page of threads, over `threads t`, `rooms r`, the viewer's `memberships m` and `lastAuthorJoin`. */
export const listedColumns = `${summaryColumns}, ${seatColumns}`;

/**
 * A page of threads with the viewer's ($1) state in each. The page is cut first: only its own threads
 * are counted. Where nothing is stored and the thread counts from the joining, the mark stands before
 * the first message that counts. Each thread's state is looked up by itself: left to choose, the planner reads
 * all that the viewer has, since most people have few.
 * @param page SQL with `threadId`, `roomKind`, `isMain`, `seq`, `lastMessageAt` and `seatColumns` at least
 * @param names what of it is wanted
 */
export const standingsIn = (page: string, names: readonly string[]) => `
  select ${names.map((name) => `l."${name}"`).join(', ')},
    coalesce(s.last_read_seq, case when f.thread_id is not null then coalesce(n.first_seq - 1, l.seq) end) as "lastReadSeq",
    coalesce(s.mark_version, 0) as "markVersion", coalesce(s.following, f.thread_id is not null) as following,
    coalesce(s.muted, false) as muted, n.unread,
    case when n.unread > 0 then (select count(*)::int from (${unreadMentions}) c) else 0 end as mentions,
    case when l."roomKind" = 'private' then m.history_from end as "historyFrom"
  from (${page}) l
  cross join lateral (
    select l."seatStatus" as status, l."seatJoinedAt" as joined_at, l."seatHistoryFrom" as history_from
  ) m
  left join lateral (
    select * from read_states where thread_id = l."threadId" and user_id = $1 limit 1
  ) s on true
  left join lateral (
    select l."threadId" as thread_id, ${readToSql} as read_to, ${sinceSql} as since
    where ${countsSql('l."isMain"')}
  ) f on true
  cross join lateral (
    select count(*) filter (where w.is_unread)::int as unread, min(w.seq) filter (where w.is_unread) as first_seq
    from (${unreadRows}) w where l.seq > f.read_to
  ) n
  order by l."lastMessageAt" desc, l."threadId" desc`;

/** A page of `listedColumns` as `ListedRow`s. */
export const withReadState = (page: string) => standingsIn(page, Object.keys(summarySql));

export const readStateOf = ({
  lastReadSeq,
  markVersion,
  following,
  muted,
  unread,
  mentions,
}: ReadStateRow) =>
  lastReadSeq === null ? null : { lastReadSeq, markVersion, following, muted, unread, mentions };

export function listedOf(row: ListedRow): ListedThread {
  const isHidden = row.historyFrom !== null && row.lastMessageAt <= row.historyFrom;
  const listed = Object.assign(summaryOf(row), { readState: readStateOf(row) });
  if (isHidden) listed.lastMessage = null;
  return listed;
}
