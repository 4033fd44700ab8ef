import { onIdentity } from '@/client/identity';
import { ThreadFeed } from '@/client/message/thread-feed';
import type { MessagePage } from '@/shared/message';
import type { ThreadSummary } from '@/shared/thread';
import type { PersonView } from '@/shared/user';

const feeds = new Map<string, ThreadFeed>();
const feedsKept = 12;

/** The feed of a thread; the last dozen are kept, so that going back to one shows it at once. */
export function feedOf(
  threadId: string,
  first: MessagePage | null = null,
  nearSeq: number | null = null,
): ThreadFeed {
  const feed = feeds.get(threadId) ?? new ThreadFeed(threadId, first, nearSeq);
  feeds.delete(threadId);
  feeds.set(threadId, feed);
  for (const [id] of feeds) {
    if (feeds.size <= feedsKept) break;
    feeds.delete(id);
  }
  return feed;
}

/** Reads every thread anew that is kept here. */
export function restartFeeds(): void {
  for (const feed of feeds.values()) feed.restart();
}

onIdentity(restartFeeds);

/** Puts the news of threads on the cards of the messages that they started from. */
export function showChildThreads(threads: readonly ThreadSummary[]): void {
  for (const { id, shortId, title, seq: messageCount, lastMessageAt, parentMessageId } of threads)
    if (parentMessageId)
      for (const feed of feeds.values())
        feed.showChildThread(parentMessageId, { id, shortId, title, messageCount, lastMessageAt });
}

/** Somebody is called or looks otherwise now, in every thread that is kept here. */
export function showPerson(person: PersonView): void {
  for (const feed of feeds.values()) feed.showPerson(person);
}

/** Threads were deleted: their texts go from this browser, and their cards from the messages they started from. */
export function endThreads(threads: readonly { id: string; parentMessageId: string | null }[]): void {
  for (const { id, parentMessageId } of threads) {
    feeds.get(id)?.restart();
    if (parentMessageId) for (const feed of feeds.values()) feed.hideChildThread(parentMessageId, id);
  }
}

/** Who wrote in the threads of this page, and the place of their newest message that is loaded. */
export function loadedPeople(): { threadId: string; person: PersonView; seq: number }[] {
  return [...feeds.values()].flatMap(({ threadId, getState }) => {
    const { timeline } = getState();
    const newest = new Map<string, number>();
    for (const page of timeline?.pages.values() ?? [])
      for (const message of page)
        if (message) newest.set(message.author.id, Math.max(newest.get(message.author.id) ?? 0, message.seq));
    return [...newest].flatMap(([id, seq]) => {
      const person = timeline?.people[id];
      return person ? [{ threadId, person, seq }] : [];
    });
  });
}
