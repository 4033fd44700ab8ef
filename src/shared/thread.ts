import { z } from 'zod';
import { id, position, shortId } from '@/shared/id';
import { listSizeMax, listSize } from '@/shared/limits';
import type { RoomKind } from '@/shared/room';
import { searchText, threadTitle } from '@/shared/text';
import { unreadAskMax } from '@/shared/unread';
import type { PersonView } from '@/shared/user';

/** The state of a thread's log. */
export type ThreadHead = {
  id: string;
  roomId: string;
  title: string;
  /** Messages ever posted; the last message's place. */
  seq: number;
  /** The first place that still has a message. */
  firstSeq: number;
  /** Changes ever made. */
  rev: number;
  /** Changes of the head itself (title, lock, archive). */
  headRev: number;
  /** `EPOCH.REV`: where a reader of this state stands. */
  cursor: string;
  lastMessageAt: string;
  archivedAt: string | null;
  lockedAt: string | null;
};

/** A thread as lists show it. */
export type ThreadSummary = ThreadHead & {
  shortId: string;
  isMain: boolean;
  parentMessageId: string | null;
  room: { id: string; slug: string; name: string; kind: RoomKind };
  lastMessage: { author: PersonView; text: string } | null;
};

/** How far a person has read a thread, and what they want to hear of it. */
export type ReadState = {
  lastReadSeq: number;
  /** Grows when the person marks unread; a mark of an older version is ignored. */
  markVersion: number;
  following: boolean;
  muted: boolean;
  /** Messages by others after `lastReadSeq`, at most 100; 0 while not followed, or muted. */
  unread: number;
  /** Those among them that call the person by name. */
  mentions: number;
};
export type ThreadReadState = ReadState & { threadId: string };
/** A state as it stands beside a thread: null where the viewer keeps none. */
export type ThreadStanding = { threadId: string; readState: ReadState | null };

/** A summary with the viewer's own state. It is for the viewer alone: shared events carry summaries. */
export type ListedThread = ThreadSummary & { readState: ReadState | null };
export type ListedThreads = { threads: ListedThread[]; nextCursor: string | null };

/** What the viewer may do with a thread itself. */
export type ThreadRights = { rename: boolean; archive: boolean; lock: boolean; delete: boolean };
/** A thread as its own page shows it. */
export type OpenThread = ListedThread & { rights: ThreadRights };

/** Everything that is unread: the states of the threads asked for, and the sums. */
export type UnreadView = {
  /** Of those that the viewer may read. */
  states: ThreadStanding[];
  /** Unread messages by room, at most 100 each; a room without any is absent. */
  rooms: Record<string, number>;
  /** How many threads have any. */
  threadCount: number;
};

const listCursor = z.string().max(120).nullish();

export const listThreadsInput = z.strictObject({
  roomId: id.optional(),
  search: searchText.optional(),
  archived: z.boolean().default(false),
  cursor: listCursor,
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});
export const getThreadInput = z.union([z.strictObject({ id }), z.strictObject({ shortId })]);
export const createThreadInput = z.union([
  z.strictObject({ id, roomId: id, title: threadTitle }),
  z.strictObject({ id, messageId: id, title: threadTitle.optional() }),
]);
export const updateThreadInput = z.strictObject({
  id,
  title: threadTitle.optional(),
  isLocked: z.boolean().optional(),
});
export const archiveThreadInput = z.strictObject({ id, isArchived: z.boolean().default(true) });
export const deleteThreadInput = z.strictObject({ id });
export const listInboxInput = z.strictObject({
  /** Just the threads with unread messages. */
  unread: z.boolean().optional(),
  /** Just the threads in which somebody has called the person; with `unread`, in what they have not read. */
  mentions: z.boolean().optional(),
  cursor: listCursor,
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});
export const markReadInput = z.strictObject({
  threadId: id,
  seq: position,
  /** The version that the reader knew; without it the mark is of the present one. */
  markVersion: position.optional(),
});
export const markUnreadInput = z.strictObject({
  threadId: id,
  /** The first message that is unread again; without it, the newest by somebody else. */
  seq: position.optional(),
});
export const followThreadInput = z.strictObject({
  threadId: id,
  following: z.boolean().optional(),
  muted: z.boolean().optional(),
});
export const markInboxReadInput = z.strictObject({ roomId: id.optional() });
export const unreadInput = z.strictObject({ threadIds: z.array(id).max(unreadAskMax) });

export type ListThreadsInput = z.output<typeof listThreadsInput>;
export type GetThreadInput = z.output<typeof getThreadInput>;
export type CreateThreadInput = z.output<typeof createThreadInput>;
export type UpdateThreadInput = z.output<typeof updateThreadInput>;
export type ArchiveThreadInput = z.output<typeof archiveThreadInput>;
export type DeleteThreadInput = z.output<typeof deleteThreadInput>;
export type ListInboxInput = z.output<typeof listInboxInput>;
export type MarkReadInput = z.output<typeof markReadInput>;
export type MarkUnreadInput = z.output<typeof markUnreadInput>;
export type FollowThreadInput = z.output<typeof followThreadInput>;
export type MarkInboxReadInput = z.output<typeof markInboxReadInput>;
export type UnreadInput = z.output<typeof unreadInput>;
