import { bus, type RoomTopic } from '@/server/realtime/bus';
import { once } from '@/server/base/once';
import { share } from '@/server/realtime/shared-json';
import type { InboxEvent } from '@/shared/event';
import { pulseMs } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

export type Beat = { event: InboxEvent; aclRev: number };

/**
 * The news of one room topic, conflated once for all its readers in this process: at most one event
 * every `pulseMs`, holding just the newest state of each thread that moved.
 */
class Pulse {
  private readonly listeners = new Set<(beat: Beat) => void>();
  private threads = new Map<string, ThreadSummary>();
  private rooms = new Map<string, RoomView>();
  private aclRev = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;
  private readonly unsubscribe: () => void;

  constructor(
    topic: RoomTopic,
    private readonly onIdle: () => void,
  ) {
    this.unsubscribe = bus().subscribe(topic, (event) => {
      if (event.type === 'thread') {
        const known = this.threads.get(event.thread.id);
        if (known && known.rev > event.thread.rev) return;
        this.threads.set(event.thread.id, event.thread);
        this.aclRev = Math.max(this.aclRev, event.aclRev);
      } else if (event.type === 'room') this.rooms.set(event.room.id, event.room);
      else return;
      const waitMs = Math.max(0, this.lastBeatMs + pulseMs - Date.now());
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

  private beat(): void {
    this.timer = undefined;
    this.lastBeatMs = Date.now();
    const beats: Beat[] = [...this.rooms.values()].map((room) => ({
      event: share({ type: 'room', room }),
      aclRev: 0,
    }));
    if (this.threads.size > 0)
      beats.push({
        event: share({ type: 'threads', threads: [...this.threads.values()] }),
        aclRev: this.aclRev,
      });
    this.threads = new Map();
    this.rooms = new Map();
    for (const beat of beats) for (const listener of this.listeners) listener(beat);
  }
}

const pulses = () => once('pulses', () => new Map<RoomTopic, Pulse>());

/** Hears the conflated news of a topic; the returned function ends it. */
export function listenToRoom(topic: RoomTopic, onBeat: (beat: Beat) => void): () => void {
  let pulse = pulses().get(topic);
  if (!pulse) {
    pulse = new Pulse(topic, () => pulses().delete(topic));
    pulses().set(topic, pulse);
  }
  return pulse.listen(onBeat);
}
