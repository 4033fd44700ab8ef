import { epoch } from '@/server/base/epoch';
import { cursorOf } from '@/shared/cursor';
import type { ThreadHead, ThreadSummary } from '@/shared/thread';
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
  lastText: string | null;
  lastAuthorId: string | null;
  lastAuthorName: string | null;
  lastAuthorKind: UserKind | null;
};

/** The columns of `SummaryRow`, over `threads t`, `rooms r` and the last author as `u`. */
export const summaryColumns = `${headColumns}, t.short_id as "shortId", t.is_main as "isMain",
  t.parent_message_id as "parentMessageId", r.slug as "roomSlug", r.name as "roomName",
  t.last_message_text as "lastText", u.id as "lastAuthorId", u.name as "lastAuthorName", u.kind as "lastAuthorKind"`;

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

export const summaryOf = (row: SummaryRow): ThreadSummary => ({
  ...headOf(row),
  shortId: row.shortId,
  isMain: row.isMain,
  parentMessageId: row.parentMessageId,
  room: { id: row.roomId, slug: row.roomSlug, name: row.roomName },
  lastMessage:
    row.lastText !== null && row.lastAuthorId && row.lastAuthorName && row.lastAuthorKind
      ? {
          author: { id: row.lastAuthorId, name: row.lastAuthorName, kind: row.lastAuthorKind },
          text: row.lastText,
        }
      : null,
});
