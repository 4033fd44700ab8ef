import { monotonicMs } from '@/server/base/monotonic';
import { bus } from '@/server/realtime/bus';
import { leaseMs } from '@/shared/limits';
import type { Sharing } from '@/shared/user';

/**
 * What the reader of one stream shows of themselves, and so may see of others. A word on the bus tells a
 * change at once; one that was lost is made up for when the reading has grown old.
 */
export class SharingWatch {
  private userId: string | null = null;
  private known: Sharing | null = null;
  private readAtMs = -Infinity;
  private isReading = false;
  private heard = 0;
  private stop: () => void = () => undefined;

  /**
   * @param viewerId a stranger may become somebody while the stream is open
   * @param read throws while the database is away: until it is back nothing changes
   */
  constructor(
    private readonly viewerId: () => string | null,
    private readonly read: (userId: string | null) => Promise<Sharing>,
    private readonly onChange: () => void,
  ) {}

  /** Null until it was read. */
  now(): Sharing | null {
    const userId = this.viewerId();
    if (userId !== this.userId) {
      this.close();
      this.userId = userId;
      this.readAtMs = -Infinity;
      if (userId)
        this.stop = bus().subscribe(`user:${userId}`, (event) => {
          if (event.type !== 'sharing') return;
          this.heard++;
          this.take(event.sharing);
        });
    }
    if (monotonicMs() - this.readAtMs > leaseMs) void this.refresh();
    return this.known;
  }

  close(): void {
    this.stop();
    this.stop = () => undefined;
  }

  private async refresh(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    const { userId, heard } = this;
    this.readAtMs = monotonicMs();
    try {
      const read = await this.read(userId);
      if (userId === this.userId && heard === this.heard) this.take(read);
    } catch {
      this.readAtMs = -Infinity;
    } finally {
      this.isReading = false;
    }
  }

  private take(sharing: Sharing): void {
    const isSame =
      this.known?.showsReceipts === sharing.showsReceipts &&
      this.known.showsTyping === sharing.showsTyping &&
      this.known.showsPresence === sharing.showsPresence;
    this.known = sharing;
    if (!isSame) this.onChange();
  }
}
