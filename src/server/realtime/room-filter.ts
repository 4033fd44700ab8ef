import { monotonicMs } from '@/server/base/monotonic';
import { leaseMs } from '@/shared/limits';
import type { Beat, RoomNews } from '@/server/realtime/pulse';

/**
 * The lease on all the rooms that are open to everybody. What one person may not hear of among them are
 * the few that shut them out: those are read once, and again for news of a room in which a right was
 * taken away since, or after the lease's time. A room that never shut anybody out costs nothing.
 */
export class RoomFilter {
  private shut: ReadonlySet<string> = new Set();
  private untilMs = -Infinity;
  private readonly coveredTo = new Map<string, number>();

  /** @param readShut the open rooms that the person may not read, as the database says now */
  constructor(
    private readonly readShut: () => Promise<ReadonlySet<string>>,
    private readonly now: () => number = monotonicMs,
  ) {}

  /** @returns what the person may hear of it: the same object where that is all, null where nothing is left */
  async pass(beat: Beat): Promise<RoomNews | null> {
    const { aclRevs } = beat;
    if (!this.covers(beat)) {
      const readAt = this.now();
      this.shut = await this.readShut();
      this.untilMs = readAt + leaseMs;
      for (const [roomId, aclRev] of aclRevs) if (aclRev > 0) this.coveredTo.set(roomId, aclRev);
    }
    return this.passKnown(beat);
  }

  /** The same, by what was read before: only while that covers it. */
  passKnown({ event, aclRevs }: Beat): RoomNews | null {
    if (this.shut.size === 0 || ![...aclRevs.keys()].some((roomId) => this.shut.has(roomId))) return event;
    if (event.type === 'room' || event.type === 'room-closed') return null;
    // Somebody is met in any of their rooms that is open to the reader.
    if (event.type === 'person')
      return [...aclRevs.keys()].every((roomId) => this.shut.has(roomId)) ? null : event;
    const isOpen = ({ roomId }: { roomId: string }) => !this.shut.has(roomId);
    const news =
      event.type === 'gone'
        ? { type: event.type, threads: event.threads.filter(isOpen) }
        : { type: event.type, threads: event.threads.filter(isOpen) };
    return news.threads.length > 0 ? news : null;
  }

  /** Whether what was read before says who may hear of it. */
  covers({ aclRevs }: Beat): boolean {
    const isOver = this.now() >= this.untilMs;
    for (const [roomId, aclRev] of aclRevs)
      if (aclRev > 0 && (isOver || aclRev > (this.coveredTo.get(roomId) ?? 0))) return false;
    return true;
  }
}
