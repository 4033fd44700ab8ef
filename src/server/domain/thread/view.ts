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

/** The columns of `HeadRow`, over `threads t`. */
export const headColumns = `t.id as "threadId", t.room_id as "roomId", t.title, t.seq, t.first_seq as "firstSeq",
  t.rev, t.head_rev as "headRev", t.last_message_at as "lastMessageAt",
  t.archived_at as "archivedAt", t.locked_at as "lockedAt"`;

/** A `HeadRow` beside other columns: `headSeq`, `headRev`, ... */
export type PrefixedHead = { [Key in keyof HeadRow as `head${Capitalize<Key>}`]: HeadRow[Key] };

/** The columns of `PrefixedHead`, over `threads t`. */
export const prefixedHeadColumns = headColumns.replaceAll(
  /t\.(\w+)(?: as "(\w+)")?/g,
  (_, column: string, alias: string | undefined) => {
    const name = alias ?? column;
    return `t.${column} as "head${name.charAt(0).toUpperCase()}${name.slice(1)}"`;
  },
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

/** The columns of `SummaryRow`, over `threads t`, `rooms r` and the last author as `u`. */
export const summaryColumns = `${headColumns}, t.short_id as "shortId", t.is_main as "isMain",
  t.parent_message_id as "parentMessageId", r.slug as "roomSlug", r.name as "roomName", r.kind as "roomKind",
  t.last_message_text as "lastText", u.id as "lastAuthorId", u.name as "lastAuthorName", u.kind as "lastAuthorKind",
  case when t.last_message_text like '%<@%' then (
    select jsonb_object_agg(nu.id, nu.name) from messages lx join mentions n on n.message_id = lx.id
    join users nu on nu.id = n.user_id where lx.thread_id = t.id and lx.seq = t.seq
  ) end as "lastNames"`;

/** The author of a thread's (`t`) last message as `u`: an account for a visitor that it has claimed. */
export const lastAuthorJoin = `left join users w on w.id = t.last_message_author_id
  left join users u on u.id = coalesce(w.claimed_by_id, w.id)`;

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

/**
 * A page of threads with the viewer's ($1) state in each. The page is cut first: only its own threads
 * are counted. Where nothing is stored and the thread counts from the joining, the mark stands before
 * the first message that counts.
 * @param page SQL with `threadId`, `roomId`, `roomKind`, `isMain`, `seq` and `lastMessageAt` at least
 */
export const withReadState = (page: string) => `
  select l.*,
    coalesce(s.last_read_seq, case when f.thread_id is not null then coalesce(n.first_seq - 1, l.seq) end) as "lastReadSeq",
    coalesce(s.mark_version, 0) as "markVersion", coalesce(s.following, f.thread_id is not null) as following,
    coalesce(s.muted, false) as muted, n.unread, c.mentions,
    case when l."roomKind" = 'private' then m.history_from end as "historyFrom"
  from (${page}) l
  left join memberships m on m.room_id = l."roomId" and m.user_id = $1
  left join read_states s on s.thread_id = l."threadId" and s.user_id = $1
  left join lateral (
    select l."threadId" as thread_id, ${readToSql} as read_to, ${sinceSql} as since
    where ${countsSql('l."isMain"')}
  ) f on true
  cross join lateral (
    select count(*) filter (where w.is_unread)::int as unread, min(w.seq) filter (where w.is_unread) as first_seq
    from (${unreadRows}) w
  ) n
  cross join lateral (select count(*)::int as mentions from (${unreadMentions}) w) c
  order by l."lastMessageAt" desc, l."threadId" desc`;

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
