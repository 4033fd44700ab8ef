import { monotonicMs } from '@/server/base/monotonic';
import { bus, type RoomTopic } from '@/server/realtime/bus';
import { once } from '@/server/base/once';
import { share } from '@/server/realtime/shared-json';
import type { GoneThread, InboxEvent } from '@/shared/event';
import { pulseMemory, pulseMs } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';
import type { PersonView } from '@/shared/user';

/** News together with the rooms they speak of, each at its newest `aclRev`. */
export type RoomNews = Extract<InboxEvent, { type: 'threads' | 'gone' | 'room' | 'room-closed' | 'person' }>;
export type Beat = { event: RoomNews; aclRevs: ReadonlyMap<string, number> };

/**
 * The news of one room topic, conflated once for all its readers in this process: at most one event
 * every `pulseMs`, holding just the newest state of each thread that moved.
 */
class Pulse {
  private readonly listeners = new Set<(beat: Beat) => void>();
  private threads = new Map<string, ThreadSummary>();
  private rooms = new Map<string, RoomView>();
  private closed = new Set<string>();
  private aclRevs = new Map<string, number>();
  private gone = new Map<string, GoneThread>();
  private people = new Map<string, { person: PersonView; aclRevs: Map<string, number> }>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = -Infinity;
  /** Up to which `rev` a thread was told of, so that what a sweep finds again is told once. */
  private readonly told = new Map<string, number>();
  private readonly unsubscribe: () => void;

  constructor(
    topic: RoomTopic,
    private readonly onIdle: () => void,
  ) {
    this.unsubscribe = bus().subscribe(topic, (event) => {
      if (event.type === 'thread') {
        const known = this.threads.get(event.thread.id);
        if (this.gone.has(event.thread.id) || (known && known.rev > event.thread.rev)) return;
        if (event.isSwept && (this.told.get(event.thread.id) ?? -1) >= event.thread.rev) return;
        this.remember(event.thread.id, event.thread.rev);
        this.threads.set(event.thread.id, event.thread);
        this.hear(event.thread.roomId, event.aclRev);
      } else if (event.type === 'gone') {
        this.threads.delete(event.thread.id);
        this.gone.set(event.thread.id, event.thread);
        this.remember(event.thread.id, Infinity);
        this.hear(event.thread.roomId, event.aclRev);
      } else if (event.type === 'room') {
        this.rooms.set(event.room.id, event.room);
        this.hear(event.room.id, event.aclRev);
      } else if (event.type === 'person') {
        const { person, aclRevs } = event;
        const known = this.people.get(person.id)?.aclRevs ?? [];
        this.people.set(person.id, { person, aclRevs: new Map([...known, ...Object.entries(aclRevs)]) });
      } else if (event.type === 'room-closed') this.closed.add(event.roomId);
      else return;
      const waitMs = Math.max(0, this.lastBeatMs + pulseMs - monotonicMs());
      this.timer ??= setTimeout(() => this.beat(), waitMs);
    });
  }

  listen(onBeat: (beat: Beat) => void): () => void {
    this.listeners.add(onBeat);
    return () => {
      this.listeners.delete(onBeat);
      if (this.listeners.size > 0) return;
      this.unsubscribe();
      clearTimeout(this.timer);
      this.onIdle();
    };
  }

  private hear(roomId: string, aclRev: number): void {
    this.aclRevs.set(roomId, Math.max(this.aclRevs.get(roomId) ?? 0, aclRev));
  }

  private remember(threadId: string, rev: number): void {
    this.told.delete(threadId);
    this.told.set(threadId, rev);
    const [oldest] = this.told.keys();
    if (this.told.size > pulseMemory && oldest) this.told.delete(oldest);
  }

  private beat(): void {
    this.timer = undefined;
    this.lastBeatMs = monotonicMs();
    const { aclRevs } = this;
    const beats: Beat[] = [...this.rooms.values()].map((room) => ({
      event: share({ type: 'room', room }),
      aclRevs: new Map([[room.id, aclRevs.get(room.id) ?? 0]]),
    }));
    for (const roomId of this.closed)
      beats.push({ event: { type: 'room-closed', roomId }, aclRevs: new Map() });
    if (this.threads.size > 0)
      beats.push({ event: share({ type: 'threads', threads: [...this.threads.values()] }), aclRevs });
    if (this.gone.size > 0)
      beats.push({ event: share({ type: 'gone', threads: [...this.gone.values()] }), aclRevs });
    for (const { person, aclRevs: of } of this.people.values())
      beats.push({ event: share({ type: 'person', person }), aclRevs: of });
    this.threads = new Map();
    this.people = new Map();
    this.rooms = new Map();
    this.gone = new Map();
    this.closed = new Set();
    this.aclRevs = new Map();
    for (const beat of beats) for (const listener of this.listeners) listener(beat);
  }
}

const pulses = () => once('pulses', () => new Map<RoomTopic, Pulse>());

/** Whether anybody here hears news of rooms. */
export const hasRoomListeners = (): boolean => pulses().size > 0;

/** Hears the conflated news of a topic; the returned function ends it. */
export function listenToRoom(topic: RoomTopic, onBeat: (beat: Beat) => void): () => void {
  let pulse = pulses().get(topic);
  if (!pulse) {
    pulse = new Pulse(topic, () => pulses().delete(topic));
    pulses().set(topic, pulse);
  }
  return pulse.listen(onBeat);
}
