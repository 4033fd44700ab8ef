import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import type { PresenceWord } from '@/server/realtime/presence';
import type { TypingWord } from '@/server/realtime/typists';
import type { DraftView } from '@/shared/draft';
import type { GoneThread, MembershipNews, ThreadEvent } from '@/shared/event';
import type { RoomQueue } from '@/shared/queue';
import type { RoomKind, RoomView, VisitorPolicy } from '@/shared/room';
import type { ThreadReadState, ThreadSummary } from '@/shared/thread';
import type { PersonView, Sharing } from '@/shared/user';

/**
 * `public`: rooms that everybody may read; `members`: public rooms closed to visitors; `room:ID`: the
 * others. A room's news go to exactly one of them.
 */
export type RoomTopic = 'public' | 'members' | `room:${string}`;
/**
 * `acl:ROOM`: a right was taken away in the room, so every lease on it has to be proven anew. `people`: who
 * is here, and what people hide; every process hears it.
 */
export type Topic = `thread:${string}` | `user:${string}` | `acl:${string}` | 'people' | RoomTopic;

export function roomTopic(room: { id: string; kind: RoomKind; visitors: VisitorPolicy }): RoomTopic {
  if (room.kind !== 'public') return `room:${room.id}`;
  return room.visitors === 'none' ? 'members' : 'public';
}

/** What travels between processes: copies only. It may be lost, repeated or reordered. */
export type BusEvent =
  | { type: 'changes'; batch: Extract<ThreadEvent, { type: 'changes' }>; aclRev: number }
  /** Changes that are too large to travel: whoever watches the thread reads them from the database. */
  | { type: 'changed'; rev: number; aclRev: number }
  | { type: 'head'; head: Extract<ThreadEvent, { type: 'head' }>['head']; aclRev: number }
  /** `isSwept`: found in the database, perhaps for the second time. */
  | { type: 'thread'; thread: ThreadSummary; aclRev: number; isSwept?: true }
  /** Said to the thread's readers and to the room's lists. */
  | { type: 'gone'; thread: GoneThread; aclRev: number }
  | { type: 'acl'; roomId: string; aclRev: number }
  | { type: 'room'; room: RoomView; aclRev: number }
  | { type: 'room-closed'; roomId: string }
  /** How somebody is called and looks now; by the id of each room they are in that this topic is about. */
  | { type: 'person'; person: PersonView; aclRevs: Record<string, number> }
  | { type: 'membership'; roomId: string; status: MembershipNews }
  | { type: 'read'; states: ThreadReadState[] }
  | { type: 'draft'; draft: DraftView }
  | { type: 'held'; threadId: string; messageId: string }
  | ({ type: 'queue' } & RoomQueue)
  | { type: 'sharing'; userId: string; sharing: Sharing }
  /** Somebody was signed out, claimed or erased: whoever holds a connection of theirs looks again. */
  | { type: 'identity' }
  | { type: 'typing'; threadId: string; word: TypingWord; aclRev: number }
  | { type: 'presence'; from: string; people: PresenceWord[] }
  /** What one of a person's tabs has said: whether they are away from it, and whose presence it shows. */
  | { type: 'tab'; tab: string; isAway: boolean }
  | { type: 'watch'; tab: string; userIds: string[] }
  /** Somebody has read further or was delivered something: the database says who. */
  | { type: 'receipts'; threadId: string };

export type Bus = {
  /** Never throws and never waits: the write it speaks of is already committed. */
  publish(topic: Topic, event: BusEvent): void;
  /** The same for this process alone: what the others find for themselves. */
  tell(topic: Topic, event: BusEvent): void;
  /** @returns the function that ends the subscription */
  subscribe(topic: Topic, onEvent: (event: BusEvent) => void): () => void;
  /**
   * Hears which topics this process listens to from now on, each time that a link to the others stands:
   * what was said before has not come, so whoever keeps a state compares it.
   */
  onJoined(listener: (topics: Topic[]) => void): () => void;
  stand(): BusStand;
  /** What travelled, where there is something to travel over. */
  readonly counts?: BusCounts;
  close(): Promise<void>;
};

/** Events since the start. */
export type BusCounts = { published: number; unpublished: number; received: number; refused: number };

/** How a process is linked with the others: `memory` is one that serves alone, or finds by sweeps. */
export type BusStand = { kind: 'memory' } | { kind: 'redis'; isUp: boolean };

/** One process: events reach their subscribers in the same turn. */
export function memoryBus(onHandlerError: (cause: unknown) => void): Bus {
  const handlers = new Map<Topic, Set<(event: BusEvent) => void>>();
  const tell: Bus['tell'] = (topic, event) => {
    for (const handle of handlers.get(topic) ?? []) {
      try {
        handle(event);
      } catch (cause) {
        onHandlerError(cause);
      }
    }
  };
  return {
    publish: tell,
    tell,
    subscribe(topic, onEvent) {
      const set = handlers.get(topic) ?? new Set();
      handlers.set(topic, set);
      set.add(onEvent);
      return () => {
        set.delete(onEvent);
        if (set.size === 0 && handlers.get(topic) === set) handlers.delete(topic);
      };
    },
    onJoined: () => () => undefined,
    stand: () => ({ kind: 'memory' }),
    close: () => Promise.resolve(),
  };
}

export const onHandlerError = (cause: unknown) => log().error({ err: cause }, 'a bus handler failed');

/** The bus of this process: in memory, unless the composition root has put another in its place. */
export const bus = (): Bus => once('bus', () => memoryBus(onHandlerError));

export const publish: Bus['publish'] = (topic, event) => bus().publish(topic, event);
