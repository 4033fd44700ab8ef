/** The whole live protocol: what the two streams say. */
import { z } from 'zod';
import type { DraftView } from '@/shared/draft';
import { id } from '@/shared/id';
import type { MessageView } from '@/shared/message';
import type { RoomQueue } from '@/shared/queue';
import type { RoomView } from '@/shared/room';
import type { ReadState, ThreadHead, ThreadSummary } from '@/shared/thread';
import type { PresenceView, Receipts } from '@/shared/signal';
import type { People, PersonView, Sharing } from '@/shared/user';

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
  /** Who is typing now, the reader left out; at most four are named. */
  | { type: 'typing'; userIds: string[]; people: People }
  /** How far the readers are, the reader among them. */
  | ({ type: 'receipts' } & Receipts)
  /** The reader's position cannot be continued: close, read a page, subscribe from its head. */
  | { type: 'reset' };

/** What became of the person's own membership; `changed` is another role. */
export type MembershipNews = 'joined' | 'changed' | 'left' | 'removed' | 'banned';

/** A thread that was deleted, and the message that it had started from. */
export type GoneThread = { id: string; roomId: string; parentMessageId: string | null };

/** What speaks of the log itself; the rest are signals, which are told when nothing else is. */
export type LogEvent = Extract<ThreadEvent, { type: 'changes' | 'head' }>;

/** The latest state per thing; order does not matter and old states are skipped. */
export type InboxEvent =
  | { type: 'threads'; threads: ThreadSummary[] }
  | { type: 'room'; room: RoomView }
  | { type: 'gone'; threads: GoneThread[] }
  /** The room is no longer open to everybody: who is no member forgets it. */
  | { type: 'room-closed'; roomId: string }
  /** How somebody whom the person may meet is called and looks from now on. */
  | { type: 'person'; person: PersonView }
  | { type: 'membership'; roomId: string; status: MembershipNews }
  /** The person's own, from whichever of their tabs and devices it was changed. */
  | { type: 'read'; threadId: string; readState: ReadState }
  /** A moderator has decided on a message of the person's that waited: sending it again tells how. */
  | { type: 'held'; threadId: string; messageId: string }
  /** What waits in a room that the person moderates. */
  | ({ type: 'queue' } & RoomQueue)
  /** The people whom this tab watches and who changed. */
  | { type: 'presence'; people: PresenceView[] }
  /** What the person shows of themselves was changed, here or elsewhere. */
  | { type: 'sharing'; sharing: Sharing }
  /** The person's own, as another of their devices has it now. */
  | { type: 'draft'; draft: DraftView }
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
/** `tab`: the number under which this page speaks of itself. */
export const inboxEventInput = z.strictObject({ lastEventId, tab: id.nullish() }).optional();
