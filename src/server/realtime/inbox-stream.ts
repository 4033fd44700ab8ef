import { tracked, type TrackedEnvelope } from '@trpc/server';
import { monotonicMs } from '@/server/base/monotonic';
import { bus, type RoomTopic } from '@/server/realtime/bus';
import type { Lane } from '@/server/realtime/lane';
import { Lease, type VerifyAccess } from '@/server/realtime/lease';
import { listenToRoom, type Beat, type RoomNews } from '@/server/realtime/pulse';
import { RoomFilter } from '@/server/realtime/room-filter';
import type { Presence } from '@/server/realtime/presence';
import { PresenceReader } from '@/server/realtime/presence-reader';
import { SharingWatch } from '@/server/realtime/sharing-watch';
import { makeWaiter, patiently } from '@/server/realtime/waiter';
import type { InboxEvent } from '@/shared/event';
import { heartbeatMs, signalRetryMs } from '@/shared/limits';
import type { Sharing } from '@/shared/user';

export type InboxOptions = {
  /** Null for a stranger, who hears of rooms open to everybody. */
  userId: string | null;
  /** The page that listens, by the number it gave itself. */
  tab: string | null;
  presence: Presence;
  readSharing(userId: string | null): Promise<Sharing>;
  /** Whether the reader's connection takes more right now: what it does not, presence does not wait for. */
  isFree(): boolean;
  topics: ('public' | 'members')[];
  /** The rooms that only their members hear of. */
  closedRoomIds(): Promise<string[]>;
  /** The rooms open to everybody that shut this person out. */
  shutRoomIds(): Promise<ReadonlySet<string>>;
  verify(roomId: string): ReturnType<VerifyAccess>;
  drained(): Promise<void>;
  /** The stream's way past tRPC's loop; null for a connection that has none. */
  lane: Lane | null;
  isTransient(cause: unknown): boolean;
  signal: AbortSignal;
};

/** The person's own needs no proof; a beat's rooms do: one closed room, or the open ones. */
type Item = { event: InboxEvent } | { beat: Beat; closedRoomId: string | null };

/** Of a room that hides its history from the reader: the threads in which something was said since. */
function sinceHistory(event: RoomNews, historyFrom: Date | null): RoomNews | null {
  if (!historyFrom || event.type !== 'threads') return event;
  const threads = event.threads.filter((thread) => new Date(thread.lastMessageAt) > historyFrom);
  return threads.length > 0 ? { type: 'threads', threads } : null;
}

/**
 * News of everything in the viewer's sight: the latest state per thread and room, in no order. It has
 * no history: a client that was away reads its lists again.
 */
export async function* streamInbox(options: InboxOptions): AsyncGenerator<TrackedEnvelope<InboxEvent>, void> {
  const { lane, signal, userId } = options;
  const waiter = makeWaiter(signal);
  const waiting = new Map<string, Item>();
  const leases = new Map<string, Lease>();
  const openRooms = userId ? new RoomFilter(options.shutRoomIds) : null;
  const stops = new Map<string, () => void>();
  let isAsleep = false;
  const put = (key: string, item: Item) => {
    if (isAsleep && waiting.size === 0 && sayNow(item)) return;
    waiting.delete(key);
    waiting.set(key, item);
    waiter.wake();
  };
  const sharing = new SharingWatch(
    () => userId,
    options.readSharing,
    () => people?.look(),
  );
  const people: PresenceReader | null = userId
    ? new PresenceReader(options.presence, sharing, { userId, tab: options.tab, wake: waiter.wake })
    : null;
  let beats = 0;
  const hear = (topic: RoomTopic, closedRoomId: string | null) => {
    if (stops.has(topic)) return;
    const stop = listenToRoom(topic, (beat) => {
      const key = beat.event.type === 'room' ? `room ${beat.event.room.id}` : `${topic} ${beats++}`;
      put(key, { beat, closedRoomId });
    });
    stops.set(topic, stop);
  };
  const hearClosed = (roomId: string) => {
    leases.set(roomId, new Lease(() => options.verify(roomId)));
    hear(`room:${roomId}`, roomId);
  };
  const leave = (roomId: string) => {
    stops.get(`room:${roomId}`)?.();
    stops.delete(`room:${roomId}`);
    leases.delete(roomId);
  };
  /** What of an item the person may hear now; null is nothing. */
  const proven = async (item: Item): Promise<InboxEvent | null> => {
    if ('event' in item) return item.event;
    const { beat, closedRoomId } = item;
    if (closedRoomId === null) return openRooms ? openRooms.pass(beat) : beat.event;
    const aclRev = beat.aclRevs.get(closedRoomId) ?? 0;
    const lease = leases.get(closedRoomId);
    if (lease && (await lease.covers(aclRev))) return sinceHistory(beat.event, lease.historyFrom);
    leave(closedRoomId);
    return null;
  };
  /** What of it is known already without a look into the database; undefined where nothing is. */
  const known = (item: Item): InboxEvent | null | undefined => {
    if ('event' in item) return item.event;
    const { beat, closedRoomId } = item;
    if (closedRoomId === null) {
      if (!openRooms) return beat.event;
      return openRooms.covers(beat) ? openRooms.passKnown(beat) : undefined;
    }
    const lease = leases.get(closedRoomId);
    return lease?.holds(beat.aclRevs.get(closedRoomId) ?? 0)
      ? sinceHistory(beat.event, lease.historyFrom)
      : undefined;
  };
  /** Says it by the lane, while the stream sleeps; false where the stream has to see to it. */
  const sayNow = (item: Item): boolean => {
    if (!lane?.isOpen() || waiter.isAborted()) return false;
    const event = known(item);
    if (event) lane.send('0', event);
    return event !== undefined;
  };
  try {
    if (userId)
      stops.set(
        'user',
        bus().subscribe(`user:${userId}`, (event) => {
          people?.hear(event);
          if (event.type === 'sharing')
            put('sharing', { event: { type: 'sharing', sharing: event.sharing } });
          if (event.type === 'read')
            for (const { threadId, ...readState } of event.states)
              put(`read ${threadId}`, { event: { type: 'read', threadId, readState } });
          if (event.type === 'held') put(`held ${event.messageId}`, { event });
          if (event.type === 'queue') put(`queue ${event.roomId}`, { event });
          if (event.type === 'draft') put(`draft ${event.draft.threadId}`, { event });
          if (event.type !== 'membership') return;
          if (event.status === 'joined' || event.status === 'changed') hearClosed(event.roomId);
          else leave(event.roomId);
          put(`membership ${event.roomId}`, { event });
        }),
      );
    for (const topic of options.topics) hear(topic, null);
    for (const roomId of (await patiently(waiter, options, options.closedRoomIds)) ?? []) hearClosed(roomId);
    const alive = { type: 'alive' } as const;
    yield tracked('0', lane ? lane.opening(alive) : alive);
    let toldAtMs = monotonicMs();
    while (!signal.aborted) {
      const [key, item] = waiting.entries().next().value ?? [];
      if (!key || !item) {
        const isFree = options.isFree();
        const said = isFree ? (people?.next() ?? heartbeatMs) : signalRetryMs;
        if (typeof said === 'object') {
          yield tracked('0', said);
          continue;
        }
        const beatInMs = toldAtMs + heartbeatMs - monotonicMs();
        if (beatInMs > 0) {
          isAsleep = isFree;
          await waiter.wait(Math.min(said, beatInMs));
          isAsleep = false;
        } else {
          toldAtMs = monotonicMs();
          people?.look();
          yield tracked('0', { type: 'alive' });
        }
        continue;
      }
      waiting.delete(key);
      await options.drained();
      const event = await patiently(waiter, options, () => proven(item));
      if (event && !signal.aborted) yield tracked('0', event);
    }
  } finally {
    isAsleep = false;
    people?.close();
    for (const stop of stops.values()) stop();
  }
}
