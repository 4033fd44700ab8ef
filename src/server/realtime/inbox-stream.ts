import { tracked, type TrackedEnvelope } from '@trpc/server';
import { bus, type RoomTopic } from '@/server/realtime/bus';
import { Lease, type VerifyAccess } from '@/server/realtime/lease';
import { listenToRoom } from '@/server/realtime/pulse';
import { makeWaiter, patiently } from '@/server/realtime/waiter';
import type { InboxEvent } from '@/shared/event';
import { heartbeatMs } from '@/shared/limits';

export type InboxOptions = {
  /** Null for a stranger, who hears of rooms open to everybody. */
  userId: string | null;
  topics: ('public' | 'members')[];
  /** The rooms that only their members hear of. */
  closedRoomIds(): Promise<string[]>;
  verify(roomId: string): ReturnType<VerifyAccess>;
  drained(): Promise<void>;
  isTransient(cause: unknown): boolean;
  signal: AbortSignal;
};

/**
 * News of everything in the viewer's sight: the latest state per thread and room, in no order. It has
 * no history: a client that was away reads its lists again.
 */
export async function* streamInbox(options: InboxOptions): AsyncGenerator<TrackedEnvelope<InboxEvent>, void> {
  const { signal, userId } = options;
  const waiter = makeWaiter(signal);
  const waiting = new Map<string, { event: InboxEvent; aclRev: number; roomId: string | null }>();
  const leases = new Map<string, Lease>();
  const stops = new Map<string, () => void>();
  const put = (key: string, item: { event: InboxEvent; aclRev: number; roomId: string | null }) => {
    waiting.delete(key);
    waiting.set(key, item);
    waiter.wake();
  };
  let beats = 0;
  const hear = (topic: RoomTopic, roomId: string | null) => {
    if (stops.has(topic)) return;
    const stop = listenToRoom(topic, ({ event, aclRev }) => {
      const key = event.type === 'room' ? `room ${event.room.id}` : `${topic} ${beats++}`;
      put(key, { event, aclRev, roomId });
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
  try {
    if (userId)
      stops.set(
        'user',
        bus().subscribe(`user:${userId}`, (event) => {
          if (event.type === 'read')
            for (const { threadId, ...readState } of event.states)
              put(`read ${threadId}`, {
                event: { type: 'read', threadId, readState },
                aclRev: 0,
                roomId: null,
              });
          if (event.type !== 'membership') return;
          if (event.status === 'joined') hearClosed(event.roomId);
          else leave(event.roomId);
          put(`membership ${event.roomId}`, { event, aclRev: 0, roomId: null });
        }),
      );
    for (const topic of options.topics) hear(topic, null);
    for (const roomId of (await patiently(waiter, options, options.closedRoomIds)) ?? []) hearClosed(roomId);
    yield tracked('0', { type: 'alive' });
    while (!signal.aborted) {
      const [key, item] = waiting.entries().next().value ?? [];
      if (!key || !item) {
        if (!(await waiter.wait(heartbeatMs)) && !signal.aborted) yield tracked('0', { type: 'alive' });
        continue;
      }
      waiting.delete(key);
      await options.drained();
      const { roomId, aclRev } = item;
      if (roomId !== null) {
        const isCovered = await patiently(
          waiter,
          options,
          async () => leases.get(roomId)?.covers(aclRev) ?? false,
        );
        if (!isCovered) {
          if (!signal.aborted) leave(roomId);
          continue;
        }
      }
      yield tracked('0', item.event);
    }
  } finally {
    for (const stop of stops.values()) stop();
  }
}
