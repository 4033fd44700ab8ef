import { z } from 'zod';
import { id, shortId } from '@/shared/id';
import { listSizeMax, listSize } from '@/shared/limits';
import { searchText, threadTitle } from '@/shared/text';
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
  room: { id: string; slug: string; name: string };
  lastMessage: { author: PersonView; text: string } | null;
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
  isArchived: z.boolean().optional(),
});
export const listInboxInput = z.strictObject({
  cursor: listCursor,
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});

export type ListThreadsInput = z.output<typeof listThreadsInput>;
export type GetThreadInput = z.output<typeof getThreadInput>;
export type CreateThreadInput = z.output<typeof createThreadInput>;
export type UpdateThreadInput = z.output<typeof updateThreadInput>;
export type ListInboxInput = z.output<typeof listInboxInput>;
