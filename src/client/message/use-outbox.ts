import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { reconnectDelayMs } from '@/client/lib/retry-delay';
import { onIdentity } from '@/client/identity';
import { Outbox, type Outgoing } from '@/client/message/outbox';
import { deliver } from '@/client/message/outbox-calls';
import { connectionLink } from '@/client/message/outbox-link';
import { idbStore } from '@/client/message/outbox-idb';
import type { OutboxItem } from '@/client/message/outbox-item';
import { itemsOn, outgoingOf, overlay, type Overlaid } from '@/client/message/outbox-overlay';
import { ownerKey, ownerKeyOf } from '@/client/message/outbox-owner';
import { giveItems } from '@/client/message/outbox-store';
import { browserTabs } from '@/client/message/outbox-tabs';
import { feedOf } from '@/client/message/feeds';
import { messageAt, type Timeline } from '@/client/message/timeline';
import { learnMyId } from '@/client/user/use-me';
import type { MessageView } from '@/shared/message';

const store = idbStore();

/**
 * What waited as the visitor of this secret is sent as whoever is here now. What cannot be read stays
 * where it is: it is never sent as anybody else.
 */
export async function takeOverFrom(secret: string): Promise<void> {
  await giveItems(store, ownerKeyOf(secret), ownerKey()).catch(() => undefined);
  pageOutbox?.lookAgain();
}

let pageOutbox: Outbox | undefined;

/** The page's one outbox; for browsers only. */
export function outbox(): Outbox {
  if (pageOutbox) return pageOutbox;
  const made = new Outbox({
    store,
    openTabs: browserTabs,
    owner: ownerKey,
    async deliver(item, signal) {
      const outcome = await deliver(item, signal);
      // A first message that waits has made its writer's row all the same.
      if (outcome.type === 'held') learnMyId(outcome.authorId);
      return outcome;
    },
    link: connectionLink,
    delayMs: reconnectDelayMs,
    onWritten(message, isOwn) {
      if (isOwn) learnMyId(message.author.id);
      feedOf(message.threadId).accept([message]);
    },
  });
  pageOutbox = made;
  // Another tab may have changed who is here.
  window.addEventListener('storage', () => made.checkOwner());
  onIdentity(() => made.checkOwner());
  window.addEventListener('pageshow', () => made.checkOwner());
  return made;
}

const subscribe = (listener: () => void) => outbox().subscribe(listener);

const nothing: readonly Outgoing[] = [];
type Shown = { line: readonly OutboxItem[]; timeline: Timeline | null; outgoing: readonly Outgoing[] };
const shown = new Map<string, Shown>();

/** A thread's messages on their way that its timeline does not show yet, in order. */
export function useOutgoing(threadId: string): readonly Outgoing[] {
  const listen = useCallback(
    (listener: () => void) => {
      const stops = [subscribe(listener), feedOf(threadId).subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [threadId],
  );
  return useSyncExternalStore(
    listen,
    () => readOutgoing(threadId),
    () => nothing,
  );
}

function readOutgoing(threadId: string): readonly Outgoing[] {
  const line = outbox().of(threadId);
  if (line.length === 0) return nothing;
  const { timeline } = feedOf(threadId).getState();
  const last = shown.get(threadId);
  if (last?.line === line && last.timeline === timeline) return last.outgoing;
  const next = outgoingOf(line, isShownIn(timeline));
  const isEqual = last?.outgoing.length === next.length && next.every((item, i) => item === last.outgoing[i]);
  const outgoing = isEqual ? last.outgoing : next;
  shown.set(threadId, { line, timeline, outgoing });
  return outgoing;
}

const lookedBack = 100;

/** By its place; or, when its acknowledgement got lost, by its id among the newest messages. */
function isShownIn(timeline: Timeline | null): (send: Outgoing) => boolean {
  const headSeq = timeline?.head.seq ?? 0;
  let newest: Set<string> | undefined;
  const ids = () => (newest ??= newestIds(timeline));
  return (send) =>
    send.seq === null
      ? (send.unanswered > 0 || send.isForModerator === true) && ids().has(send.id)
      : send.seq <= headSeq;
}

function newestIds(timeline: Timeline | null): Set<string> {
  const ids = new Set<string>();
  for (let back = 0; timeline && back < lookedBack; back++) {
    const message = messageAt(timeline, timeline.head.seq - back);
    if (message) ids.add(message.id);
  }
  return ids;
}

/** A message with the edits, deletions and reactions that wait for it. */
export function useOverlay(message: MessageView, myId: string | null): Overlaid {
  const read = () => itemsOn(outbox().of(message.threadId), message.id);
  const items = useSyncExternalStore(subscribe, read, () => noItems);
  return useMemo(() => overlay(message, items, myId), [message, items, myId]);
}

const noItems: readonly OutboxItem[] = [];

/** Whether all that waits would survive the end of this tab. */
export const useIsKept = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => outbox().isKept,
    () => true,
  );
