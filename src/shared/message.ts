import { z } from 'zod';
import { id, position } from '@/shared/id';
import { pageSize, pageSizeMax } from '@/shared/limits';
import { messageText, personName } from '@/shared/text';
import type { ThreadHead } from '@/shared/thread';
import type { People, UserKind } from '@/shared/user';

export type MessageKind = 'text' | 'action' | 'event';

/** One line of a thread in its newest state. */
export type MessageView = {
  id: string;
  threadId: string;
  /** Its place, 1..n; it never changes. */
  seq: number;
  /** The thread's rev at its last change. */
  rev: number;
  kind: MessageKind;
  author: { id: string; kind: UserKind };
  text: string;
  replyTo: QuoteView | null;
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  /** In the order of first use; who reacted, in the order of reacting. */
  reactions: ReactionView[];
  /** The thread that started from this message. */
  thread: { id: string; shortId: string; title: string; messageCount: number; lastMessageAt: string } | null;
};

export type ReactionView = { emoji: string; userIds: string[] };

/** What a reply shows of the message it answers. */
export type QuoteView = { id: string; seq: number; authorId: string; text: string; deletedAt: string | null };

export type MessagePage = {
  /** Ascending by `seq`. */
  messages: MessageView[];
  people: People;
  /** Exclusive cursors of the pages before and after; null at the thread's ends. */
  prevCursor: number | null;
  nextCursor: number | null;
  head: ThreadHead;
  /** The place that was asked for by its time; it stands in this page. */
  atSeq?: number;
};

export const listMessagesInput = z.strictObject({
  threadId: id,
  cursor: position.nullish(),
  direction: z.enum(['backward', 'forward', 'around']).default('backward'),
  /** Instead of a cursor: the page around the first message at or after this moment. */
  since: z.iso.datetime().optional(),
  limit: z.int().min(1).max(pageSizeMax).default(pageSize),
});
export const sendMessageInput = z.strictObject({
  id,
  threadId: id,
  text: messageText,
  replyToId: id.nullish(),
  /** The name a stranger's browser suggests; used when this call makes their row. */
  name: personName.optional(),
});

export const editMessageInput = z.strictObject({ threadId: id, id, text: messageText });
export const messageKeyInput = z.strictObject({ threadId: id, id });
/** One emoji as people see it: one grapheme that holds a pictograph, a flag or a keycap. */
const emoji = z
  .string()
  .max(32)
  .refine(
    (s) =>
      s.isWellFormed() &&
      [...new Intl.Segmenter().segment(s)].length === 1 &&
      /\p{Extended_Pictographic}|\p{RI}{2}|^[#*0-9]\uFE0F?\u20E3$/u.test(s),
    'A reaction is one emoji.',
  );
export const reactInput = z.strictObject({
  threadId: id,
  id,
  emoji,
  isOn: z.boolean(),
  /** As for a send: a reaction may be a stranger's first write. */
  name: personName.optional(),
});

export type EditMessageInput = z.output<typeof editMessageInput>;
export type MessageKeyInput = z.output<typeof messageKeyInput>;
export type ReactInput = Omit<z.output<typeof reactInput>, 'name'>;
/** The texts that a message had, oldest first; the last is the one it has. */
export type MessageHistory = { texts: { text: string; at: string }[]; deletedAt: string | null };
export type ListMessagesInput = z.output<typeof listMessagesInput>;
export type SendMessageInput = z.output<typeof sendMessageInput>;
/** `held`: it waits for a moderator. The same call again tells what became of it. */
export type SendResult = { state: 'sent'; message: MessageView } | { state: 'held'; authorId: string };
