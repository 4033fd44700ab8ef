/**
 * One tab of a browser without a screen: the product's own connection, streams, timelines and outbox, put
 * together as its pages do.
 */
import { connectionState, hasSocket } from '@/client/connection';
import { reconnectDelayMs } from '@/client/lib/retry-delay';
import { Outbox } from '@/client/message/outbox';
import { deliver } from '@/client/message/outbox-calls';
import { connectionLink } from '@/client/message/outbox-link';
import type { OutboxItem, Outcome } from '@/client/message/outbox-item';
import { ThreadFeed } from '@/client/message/thread-feed';
import { trpc } from '@/client/trpc';
import type { MessageView } from '@/shared/message';
import { shortOf, type Attempt } from '../history';
import { hashOf, opOf, rowOf } from '../message-row';
import { listen } from './ear';
import type { TabHost } from './host';

type Watched = {
  feed: ThreadFeed;
  sub: string;
  connection: number;
  hasPage: boolean;
  first: number;
  stop(): void;
};

export type Tab = ReturnType<typeof openTab>;

export function openTab(host: TabHost) {
  const watched = new Map<string, Watched>();
  let turns = 0;

  const place = (threadId: string) => ({
    sub: watched.get(threadId)?.sub ?? `${host.name}/${shortOf(threadId)}`,
    thread: shortOf(threadId),
  });
  listen({
    onOpen: (threadId) => host.tell({ f: 'sub', ...place(threadId), what: 'open' }),
    onEvent(threadId, event, pass) {
      const own = watched.get(threadId);
      const before = own?.feed.getState().timeline;
      if (own) own.connection = host.connection();
      if (event?.type === 'reset') host.tell({ f: 'sub', ...place(threadId), what: 'reset' });
      pass();
      if (event?.type !== 'changes' || !before) return;
      const after = own?.feed.getState().timeline;
      host.tell({
        f: 'recv',
        ...place(threadId),
        epoch: epochOf(event.head.cursor),
        at: before.rev,
        from: event.from,
        to: event.to,
        done: after?.rev ?? -1,
        rows: event.changes.map(rowOf),
      });
    },
    onEnd(threadId, code) {
      const own = watched.get(threadId);
      if (code === 'NOT_FOUND') host.tell({ f: 'sub', ...place(threadId), what: 'refused', code });
      // On the connection that brought its last event: so the stream itself was given up.
      else if (code !== null && hasSocket() && own?.connection === host.connection())
        host.tell({ f: 'sub', ...place(threadId), what: 'error', code });
    },
  });

  const outbox = new Outbox({
    owner: () => host.owner,
    store: host.store,
    openTabs: host.openTabs,
    link: connectionLink,
    delayMs: reconnectDelayMs,
    async deliver(item, signal) {
      const attempt = attemptOf(item);
      host.tell({ ...attempt, type: 'invoke', isLead: host.isLeading() });
      const outcome = await deliver(item, signal);
      host.tell({ ...attempt, ...told(outcome) });
      return outcome;
    },
    onWritten: (message) => watched.get(message.threadId)?.feed.accept([message]),
  });
  outbox.subscribe(() => undefined);

  const unwatch = (threadId: string): void => {
    const own = watched.get(threadId);
    if (!own) return;
    own.stop();
    host.tell({ f: 'sub', ...place(threadId), what: 'stop' });
    watched.delete(threadId);
  };

  return {
    trpc,
    outbox,
    unwatch,
    isLive: () => connectionState() === 'live',
    threadIds: () => [...watched.keys()],
    feed: (threadId: string) => watched.get(threadId)?.feed,

    watch(threadId: string): void {
      unwatch(threadId);
      const feed = new ThreadFeed(threadId, null);
      const sub = `${host.name}/${shortOf(threadId)}#${++turns}`;
      const own: Watched = { feed, sub, connection: -1, hasPage: false, first: 1, stop: () => undefined };
      watched.set(threadId, own);
      const stopListening = feed.subscribe(() => {
        const { timeline } = feed.getState();
        if (timeline) outbox.settle(threadId, timeline.head.seq);
        if (timeline && !own.hasPage) {
          const rows = rowsOf(feed);
          own.first = rows.reduce((first, [, seq]) => Math.min(first, seq), timeline.head.seq + 1);
          const epoch = epochOf(timeline.head.cursor);
          host.tell({ f: 'snap', ...place(threadId), epoch, rev: timeline.rev, rows });
        }
        own.hasPage = timeline !== null;
      });
      const stopWatching = feed.watch();
      own.stop = () => {
        stopWatching();
        stopListening();
      };
    },

    /** Streams that were refused are asked for again, as by a person who looks whether they may come back. */
    knockAgain(): void {
      for (const [threadId, { feed }] of [...watched]) if (feed.getState().error) this.watch(threadId);
    },

    /** How many things wait to be sent. */
    pending: (threadIds: readonly string[]): number =>
      threadIds
        .flatMap((id) => outbox.of(id))
        .filter((item) => item.state === 'waiting' || item.state === 'sending').length,

    /** The threads whose streams do not stand where the database does. */
    behind(revs: Readonly<Record<string, number>>): string[] {
      return [...watched].flatMap(([threadId, { feed }]) => {
        const { timeline, isCurrent } = feed.getState();
        return isCurrent && timeline?.rev === revs[shortOf(threadId)] ? [] : [threadId];
      });
    },

    /**
     * Reads a thread as far back as a page keeps it, so that its end state can be compared from there on.
     * @returns how many places are not there yet
     */
    readAll(threadId: string): number {
      const feed = watched.get(threadId)?.feed;
      const seq = feed?.getState().timeline?.head.seq ?? 0;
      const own = watched.get(threadId);
      if (!own || !feed || seq === 0) return 0;
      own.first = Math.max(1, seq - placesRead + 1);
      feed.need(own.first, seq);
      let missing = 0;
      for (let place = own.first; place <= seq; place++) if (!feed.messageAt(place)) missing++;
      return missing;
    },

    tellFinals(threadIds: readonly string[]): void {
      for (const [threadId, { feed, first }] of watched) {
        const { timeline, error, isCurrent } = feed.getState();
        host.tell({
          f: 'final',
          ...place(threadId),
          state: error ? 'refused' : timeline && isCurrent ? 'up' : 'down',
          epoch: timeline ? epochOf(timeline.head.cursor) : '',
          rev: timeline?.rev ?? 0,
          first,
          rows: timeline ? rowsOf(feed) : [],
        });
      }
      for (const item of threadIds.flatMap((id) => outbox.of(id)))
        host.tell({ f: 'left', op: operationOf(item), state: item.state });
    },
  };
}

/** Of a thread; a page forgets what is further from the place in sight than 60 pages of fifty. */
const placesRead = 5_000;
const epochOf = (cursor: string): string => cursor.split('.')[0] ?? '';

function rowsOf(feed: ThreadFeed) {
  const pages = feed.getState().timeline?.pages.values() ?? [];
  return [...pages].flat().flatMap((message: MessageView | undefined) => (message ? [rowOf(message)] : []));
}

const operationOf = (item: OutboxItem): string =>
  item.kind === 'send' ? (opOf(item.text) ?? item.itemId) : `${item.kind}-${shortOf(item.itemId)}`;

function attemptOf(item: OutboxItem): Omit<Attempt, 't' | 'ident' | 'tab' | 'type'> {
  return {
    f: item.kind === 'restore' ? 'delete' : item.kind,
    op: operationOf(item),
    thread: shortOf(item.threadId),
    mid: shortOf(item.kind === 'send' ? item.id : item.messageId),
    h: item.kind === 'send' || item.kind === 'edit' ? hashOf(item.text) : '',
  };
}

function told(outcome: Outcome): Pick<Attempt, 'type' | 'seq' | 'rev' | 'code'> & { mid?: string } {
  switch (outcome.type) {
    case 'done': {
      const { id, seq, rev } = outcome.message;
      return { type: 'ok', mid: shortOf(id), seq, rev };
    }
    case 'held':
      return { type: 'fail', code: 'held' };
    case 'refused':
      return { type: 'fail', code: outcome.code };
    case 'passing':
      return { type: 'info', code: outcome.reason };
  }
}
