import type { Change } from '@/client/message/outbox-store';
import type { MessageView } from '@/shared/message';

/** What one tab tells the others of the same person. */
export type TabNews =
  | { type: 'change'; change: Change }
  /** The server's answer, so that all tabs show it before the item that brought it goes. */
  | { type: 'written'; message: MessageView; isOwn: boolean }
  | { type: 'forget' }
  /** The connection is back, or a person does not want to wait. */
  | { type: 'wake' }
  /** There is more than one; who hears of a new one answers. */
  | { type: 'here'; isAnswer: boolean };

/** The tabs of one person in this browser. */
export type Tabs = {
  /** False where no tab can be chosen to send for all. */
  canLead: boolean;
  tell(news: TabNews): void;
  /** Makes this tab the one that sends: for when the other does not stir. */
  takeOver(): void;
  close(): void;
};

/**
 * @param owner tabs of another person neither hear nor wait for these
 * @param onLead called with true when this tab is to send for all, with false when it no longer is
 */
export type OpenTabs = (
  owner: string,
  handlers: { onNews(news: TabNews): void; onLead(isLeading: boolean): void },
) => Tabs;

/** Before a tab whose lock was taken or refused queues again. */
const againMs = 5_000;

/** The tabs of this browser: a Web Lock chooses the one that sends, and the next when that one ends. */
export const browserTabs: OpenTabs = (owner, { onNews, onLead }) => {
  const name = `foyer-outbox.${owner}`;
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  channel?.addEventListener('message', ({ data }: MessageEvent<TabNews>) => onNews(data));
  const closed = new AbortController();
  // Not in insecure contexts, though every type says so.
  const locks = navigator.locks as LockManager | undefined;
  const takeOver = locks && queueToLead(locks, name, closed.signal, onLead);
  return {
    canLead: locks !== undefined,
    tell(news) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      if (!closed.signal.aborted) channel?.postMessage(news);
    },
    takeOver: () => takeOver?.(),
    close() {
      closed.abort();
      channel?.close();
    },
  };
};

/**
 * Asks for the lock until `signal` aborts; a page that is put aside lets go of it and queues again later.
 * @returns takes the lock from whoever has it
 */
function queueToLead(
  locks: LockManager,
  name: string,
  signal: AbortSignal,
  onLead: (isLeading: boolean) => void,
): () => void {
  let turn = new AbortController();
  const ask = (isTakingOver: boolean) => {
    turn.abort();
    const own = new AbortController();
    turn = own;
    const mine = own.signal;
    const hold = () =>
      new Promise<void>((release) => {
        if (mine.aborted) return release();
        onLead(true);
        mine.addEventListener('abort', () => {
          onLead(false);
          release();
        });
      });
    // Refused when the turn ends first, or another tab took over.
    locks.request(name, isTakingOver ? { steal: true } : { signal: mine }, hold).catch(() => {
      const wasTaken = !mine.aborted;
      own.abort();
      if (wasTaken) setTimeout(() => signal.aborted || ask(false), againMs);
    });
  };
  const options = { signal };
  window.addEventListener('pagehide', () => turn.abort(), options);
  window.addEventListener('pageshow', (event) => event.persisted && ask(false), options);
  signal.addEventListener('abort', () => turn.abort());
  ask(false);
  return () => signal.aborted || ask(true);
}
