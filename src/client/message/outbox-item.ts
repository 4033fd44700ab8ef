import type { ErrorCode } from '@/shared/error-code';
import type { MessageView, QuoteView } from '@/shared/message';

/**
 * `sending`: on its way, or in line while the connection is up; `waiting`: for the connection or the end of
 * a pause; `sent`: acknowledged, until the timeline shows it; `held`: for a moderator; `failed`: for a person.
 */
export type OutboxState = 'sending' | 'waiting' | 'sent' | 'held' | 'failed';

type Common = {
  /** UUIDv7, its own; it never changes. */
  itemId: string;
  /** Who made it: see `ownerKey`. */
  owner: string;
  threadId: string;
  /** Its place in the thread's line, 1..; `itemId` decides between equals. No clock is trusted with order. */
  place: number;
  /** ISO; for display. */
  queuedAt: string;
  /** ISO; when a person last asked for it to be sent. */
  wantedAt: string;
  state: OutboxState;
  /** Why it failed or waits, as a person can read it. */
  reason: string | null;
  /** ISO; when the server lets it be tried again. */
  waitsUntil?: string | null;
  /** The server's refusal; null when it failed for its age. */
  code: ErrorCode | null;
  attempts: number;
  /** Attempts that no clear answer came to: above 0 it may have reached the server. */
  unanswered: number;
  /** The message's place, once it is known. */
  seq: number | null;
  /** Grows with each change, so that tabs can tell which state is newer. */
  version: number;
};

/** A message on its way: it keeps its id through every attempt, so it is stored once. */
export type SendItem = Common & {
  kind: 'send';
  id: string;
  text: string;
  replyTo: QuoteView | null;
  /** A moderator has to let it in: it looks so while it is asked about again. */
  isForModerator?: boolean;
};
export type EditItem = Common & { kind: 'edit'; messageId: string; text: string };
export type DeleteItem = Common & { kind: 'delete'; messageId: string };
export type RestoreItem = Common & { kind: 'restore'; messageId: string };
export type ReactItem = Common & { kind: 'react'; messageId: string; emoji: string; isOn: boolean };
/** Something that a person did and that the server has to learn of. */
export type OutboxItem = SendItem | EditItem | DeleteItem | RestoreItem | ReactItem;

/** By `itemId`. */
export type Items = ReadonlyMap<string, OutboxItem>;

/** What came of an attempt. */
export type Outcome =
  | { type: 'done'; message: MessageView }
  | { type: 'held'; authorId: string }
  /** It will not get better; the server has stored nothing by this attempt. */
  | { type: 'refused'; code: ErrorCode; reason: string }
  /** To be repeated. `isStored` is null when the answer got lost or leaves it open. */
  | { type: 'passing'; reason: string; retryAfterMs: number | null; isStored: false | null };

export const isPending = (item: OutboxItem): boolean => item.state === 'sending' || item.state === 'waiting';

/** Whether the server cannot know of it. */
export const isUnsent = (item: OutboxItem): boolean => item.unanswered === 0 && item.state !== 'sent';

/** The message that an item is about. */
export const messageIdOf = (item: OutboxItem): string => (item.kind === 'send' ? item.id : item.messageId);

export const inOrder = (a: OutboxItem, b: OutboxItem): number =>
  a.place - b.place || (a.itemId < b.itemId ? -1 : 1);

/** The line of a thread, in order. */
export const lineOf = (items: Items, threadId: string): OutboxItem[] =>
  [...items.values()].filter((item) => item.threadId === threadId).toSorted(inOrder);

/** Whether `item` makes sense only once `send` has arrived. */
export const dependsOn = (item: OutboxItem, send: SendItem): boolean =>
  item.itemId !== send.itemId &&
  (item.kind === 'send' ? item.replyTo?.id === send.id : item.messageId === send.id);

/** The next item of a line to send: what depends on a send that failed or is held waits with it. */
export function nextOf(line: readonly OutboxItem[]): OutboxItem | undefined {
  const stuck = line.filter(
    (item): item is SendItem => item.kind === 'send' && (item.state === 'failed' || item.state === 'held'),
  );
  return line.find((item) => isPending(item) && !stuck.some((send) => dependsOn(item, send)));
}
