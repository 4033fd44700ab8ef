/** The whole live protocol: what the two streams say. */
import { z } from 'zod';
import { id } from '@/shared/id';
import type { MessageView } from '@/shared/message';
import type { RoomQueue } from '@/shared/queue';
import type { RoomView } from '@/shared/room';
import type { ReadState, ThreadHead, ThreadSummary } from '@/shared/thread';
import type { People } from '@/shared/user';

/** Every event of a thread's stream is tracked with the stream's cursor, `EPOCH.REV`. */
export type ThreadEvent =
  | {
      type: 'changes';
      /** The rev this batch continues from (exclusive) and the one it brings the reader to. */
      from: number;
      to: number;
      /** Each changed message once, in its newest state, ascending by `rev`. */
      changes: MessageView[];
      people: People;
      head: ThreadHead;
    }
  | { type: 'head'; head: ThreadHead }
  /** The reader's position cannot be continued: close, read a page, subscribe from its head. */
  | { type: 'reset' };

/** What became of the person's own membership; `changed` is another role. */
export type MembershipNews = 'joined' | 'changed' | 'left' | 'removed' | 'banned';

/** A thread that was deleted, and the message that it had started from. */
export type GoneThread = { id: string; roomId: string; parentMessageId: string | null };

/** The latest state per thing; order does not matter and old states are skipped. */
export type InboxEvent =
  | { type: 'threads'; threads: ThreadSummary[] }
  | { type: 'room'; room: RoomView }
  | { type: 'gone'; threads: GoneThread[] }
  /** The room is no longer open to everybody: who is no member forgets it. */
  | { type: 'room-closed'; roomId: string }
  | { type: 'membership'; roomId: string; status: MembershipNews }
  /** The person's own, from whichever of their tabs and devices it was changed. */
  | { type: 'read'; threadId: string; readState: ReadState }
  /** A moderator has decided on a message of the person's that waited: sending it again tells how. */
  | { type: 'held'; threadId: string; messageId: string }
  /** What waits in a room that the person moderates. */
  | ({ type: 'queue' } & RoomQueue)
  | { type: 'alive' };

/**
 * Whatever a client sends: it is parsed with care, and anything odd means reset. It is repeated as the
 * id of an event, where a line break or NUL cannot stand.
 */
const lastEventId = z
  .string()
  .regex(/^[!-~]{0,64}$/, 'A cursor has at most 64 plain characters.')
  .nullish();
export const threadEventInput = z.strictObject({ threadId: id, lastEventId });
export const inboxEventInput = z.strictObject({ lastEventId }).optional();
