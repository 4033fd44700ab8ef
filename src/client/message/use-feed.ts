import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { feedOf } from '@/client/message/feeds';
import { usePlainLine } from '@/client/message/marks';
import { ThreadFeed, type FeedState } from '@/client/message/thread-feed';
import type { MessagePage, MessageView } from '@/shared/message';
import type { People } from '@/shared/user';

/**
 * The feed of a thread, streaming while the component is mounted.
 * @param first the page that the server rendered, if any
 * @param nearSeq where the reader will look; null is the end
 */
export function useFeed(threadId: string, first: MessagePage | null, nearSeq: number | null): ThreadFeed {
  const [feed] = useState(() =>
    typeof window === 'undefined'
      ? new ThreadFeed(threadId, first, nearSeq)
      : feedOf(threadId, first, nearSeq),
  );
  useEffect(() => feed.watch(), [feed]);
  return feed;
}

export const useFeedState = (feed: ThreadFeed): FeedState =>
  useSyncExternalStore(feed.subscribe, feed.getState, feed.getState);

export const FeedContext = createContext<ThreadFeed | null>(null);

function useFeedContext(): ThreadFeed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error('Rows stand inside a message list.');
  return feed;
}

/** The message at a place, drawn anew only when it changes. */
export function useMessage(seq: number): MessageView | undefined {
  const feed = useFeedContext();
  const read = () => feed.messageAt(seq);
  return useSyncExternalStore(feed.subscribe, read, read);
}

/** A person whom the loaded messages name. */
export function usePerson(id: string | undefined) {
  const feed = useFeedContext();
  const read = () => (id ? feed.getState().timeline?.people[id] : undefined);
  return useSyncExternalStore(feed.subscribe, read, read);
}

export function useHeadSeq(): number {
  const feed = useFeedContext();
  const read = () => feed.getState().timeline?.head.seq ?? 0;
  return useSyncExternalStore(feed.subscribe, read, read);
}

/** The names of those whom the loaded messages name. */
export const useNameOf = () => useFeedContext().nameOf;

/** What a text says in one line, with the names of those whom it mentions. */
export function useNamedLine(text: string): string {
  const feed = useFeedContext();
  const line = usePlainLine(text);
  const read = () => line(feed.nameOf);
  return useSyncExternalStore(feed.subscribe, read, read);
}

/** Everybody whom the loaded messages name. */
export function usePeople(): People {
  const feed = useFeedContext();
  const read = () => feed.getState().timeline?.people ?? nobody;
  return useSyncExternalStore(feed.subscribe, read, read);
}

const nobody: People = {};
