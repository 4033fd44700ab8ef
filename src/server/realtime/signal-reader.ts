import type { SharingWatch } from '@/server/realtime/sharing-watch';
import { share } from '@/server/realtime/shared-json';
import { nobodyTypes, type ReceiptsEvent, type ThreadSignals } from '@/server/realtime/thread-signals';
import type { ThreadEvent } from '@/shared/event';

const noReceipts: ReceiptsEvent = share({ type: 'receipts', readers: [], count: 0, people: {} });

/** What one stream was told of its thread's signals: it holds two references, and never a queue. */
export class SignalReader {
  private typing = nobodyTypes;
  private receipts = noReceipts;

  constructor(
    private readonly signals: ThreadSignals,
    private readonly sharing: SharingWatch,
    private readonly viewerId: () => string | null,
  ) {}

  /** The newest state that differs from what was told. Who hides something is told nothing of it. */
  next(): Extract<ThreadEvent, { type: 'typing' | 'receipts' }> | null {
    const sharing = this.sharing.now();
    if (!sharing) return null;
    const userId = this.viewerId();
    const typing = sharing.showsTyping ? this.signals.typingFor(userId) : nobodyTypes;
    if (typing !== this.typing) return (this.typing = typing);
    if (sharing.showsReceipts) this.signals.wantReceipts();
    const receipts = sharing.showsReceipts ? this.othersReceipts(userId) : noReceipts;
    if (receipts !== this.receipts) return (this.receipts = receipts);
    return null;
  }

  private othersReceipts(userId: string | null): ReceiptsEvent {
    const { receipts } = this.signals;
    const isOwnAlone = receipts?.count === 1 && receipts.readers[0]?.userId === userId;
    return receipts && !isOwnAlone ? receipts : noReceipts;
  }
}
