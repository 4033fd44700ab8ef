import { z } from 'zod';
import { id, position } from '@/shared/id';
import { deliveriesPerCallMax, listSize, listSizeMax, presenceWatchedMax } from '@/shared/limits';
import type { People, PersonView } from '@/shared/user';

/** How far a reader has come in a thread, at this moment: places of messages, which only grow. */
export type ReaderView = { userId: string; deliveredSeq: number; seenSeq: number; seenAt: string | null };
/** The readers who have come furthest, the furthest first; `count` is how many there are, at most 200. */
export type Receipts = { readers: ReaderView[]; count: number; people: People };
export type PresenceState = 'online' | 'away' | 'offline';
/** `lastSeenAt` is of those who are offline, and null where it is not known or hidden. */
export type PresenceView = { userId: string; state: PresenceState; lastSeenAt: string | null };
/** Who has read a message; `seenSeq` is beyond it where they have read on since, and `seenAt` belongs to it. */
export type ReaderPage = {
  readers: { person: PersonView; seenSeq: number; seenAt: string | null }[];
  nextCursor: string | null;
};

export const setTypingInput = z.strictObject({ threadId: id, isTyping: z.boolean() });
export const markDeliveredInput = z.strictObject({
  marks: z.array(z.strictObject({ threadId: id, seq: position })).max(deliveriesPerCallMax),
});
export const listReadersInput = z.strictObject({
  threadId: id,
  seq: position,
  cursor: z.string().max(120).nullish(),
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});

/** A page of a browser, by a number of its own making: what its streams and its calls have in common. */
const tab = id;
export const setPresenceInput = z.strictObject({ tab, isAway: z.boolean() });
export const watchPresenceInput = z.strictObject({ tab, userIds: z.array(id).max(presenceWatchedMax) });

export type SetPresenceInput = z.output<typeof setPresenceInput>;
export type WatchPresenceInput = z.output<typeof watchPresenceInput>;
export type SetTypingInput = z.output<typeof setTypingInput>;
export type MarkDeliveredInput = z.output<typeof markDeliveredInput>;
export type ListReadersInput = z.output<typeof listReadersInput>;
