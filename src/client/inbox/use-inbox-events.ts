import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { onConnectionState, connectionState } from '@/client/connection';
import { saveDrafts, tellDrafts } from '@/client/message/draft';
import { endThreads, showChildThreads, showPerson } from '@/client/message/feeds';
import { outbox } from '@/client/message/use-outbox';
import { queuesKey, tellQueue } from '@/client/message/use-queues';
import { noteDelivered } from '@/client/message/delivery';
import { resubscribe } from '@/client/resubscribe';
import { tellLoss } from '@/client/room/lost-rooms';
import {
  isDirectPartner,
  isMyRoom,
  knowsPutAway,
  mergeRoom,
  putAwayKey,
  namedForMe,
  roomListKey,
  setRoomUnread,
  touchRooms,
} from '@/client/room/use-rooms';
import {
  canBeUnread,
  forgetReadStates,
  readMoment,
  readStateOf,
  tellReadStates,
  tellUnreadThreads,
} from '@/client/thread/read-states';
import { openThreadIds } from '@/client/thread/reading';
import { UnreadAsker } from '@/client/thread/unread-asker';
import { useUnreadThreadCount } from '@/client/thread/use-read-state';
import {
  dropThreads,
  isListed,
  listedThreadIds,
  mergeThreads,
  showPersonInLists,
} from '@/client/thread/use-threads';
import { streams, trpc } from '@/client/trpc';
import { Away } from '@/client/user/away';
import { askPresence, forgetPresence, tabId, takePresence } from '@/client/user/presence';
import { sessionKey } from '@/client/user/use-me';
import type { InboxEvent } from '@/shared/event';
import type { ThreadSummary } from '@/shared/thread';
import type { SessionView } from '@/shared/user';
import { unreadLabel } from '@/shared/unread';

/** Keeps the lists of this page current. The stream has no history: after a gap the lists are read again. */
export function useInboxEvents(identityKey: string): void {
  const queryClient = useQueryClient();
  const knownKey = useRef(identityKey);
  useTitleCount(useUnreadThreadCount());
  useEffect(() => {
    let isUnreadListBehind = false;
    const asker = new UnreadAsker((told) => {
      setRoomUnread(queryClient, told.rooms);
      tellUnreadThreads(told.threadCount);
      if (isUnreadListBehind) void queryClient.invalidateQueries({ queryKey: ['threads', 'unread'] });
      isUnreadListBehind = false;
      const calling = listedThreadIds(queryClient, 'mentions');
      if (told.states.some(({ threadId, readState }) => readState?.mentions && !calling.has(threadId)))
        void queryClient.invalidateQueries({ queryKey: ['threads', 'mentions'] });
    });
    const isSomebody = identityKey !== 'stranger' && identityKey !== 'server';
    /** Any news of a thread may change its number: a post, and a deletion as well. */
    const askAbout = (threads: ThreadSummary[]) => {
      if (!isSomebody) return;
      const concerning = threads.filter(({ id, roomId, lastMessage }) => {
        const state = readStateOf(id);
        // One's own post may have made one follow; of a thread that no list has shown nothing is known.
        if (lastMessage?.author.id === identityKey) return true;
        return state === undefined ? isMyRoom(queryClient, roomId) : canBeUnread(state);
      });
      if (concerning.length === 0) return;
      const listed = new Set([...listedThreadIds(queryClient), ...openThreadIds()]);
      const unreadListed = listedThreadIds(queryClient, 'unread');
      isUnreadListBehind ||= concerning.some((thread) => !unreadListed.has(thread.id));
      // Whether a thread that is not listed calls the person, only its state says.
      const isCalled = isListed(queryClient, 'mentions');
      asker.want(concerning.map((thread) => thread.id).filter((id) => isCalled || listed.has(id)));
    };
    const readDrafts = () => {
      saveDrafts();
      trpc()
        .thread.drafts.query()
        .then(({ drafts }) => tellDrafts(drafts))
        // Read again with the next connection.
        .catch(() => undefined);
    };
    const refresh = () => {
      if (isSomebody) {
        asker.want(openThreadIds());
        readDrafts();
      }
      for (const queryKey of [roomListKey, putAwayKey, ['threads'], queuesKey])
        void queryClient.invalidateQueries({ queryKey });
    };
    const away = new Away();
    let isFresh = true;
    const onEvent = ({ data }: { data: InboxEvent }) => {
      if (isFresh) {
        isFresh = false;
        askPresence();
        away.repeat();
      }
      switch (data.type) {
        case 'threads': {
          const threads = namedForMe(queryClient, data.threads);
          mergeThreads(queryClient, threads);
          touchRooms(queryClient, threads);
          showChildThreads(threads);
          askAbout(threads);
          for (const { id, seq, lastMessage } of threads)
            if (readStateOf(id)?.following && lastMessage?.author.id !== identityKey) noteDelivered(id, seq);
          break;
        }
        case 'gone':
          dropThreads(queryClient, data.threads);
          endThreads(data.threads);
          asker.want([]);
          break;
        case 'draft':
          tellDrafts([data.draft]);
          break;
        case 'read':
          tellReadStates([data], readMoment());
          asker.want(isListed(queryClient, 'mentions') ? [data.threadId] : []);
          break;
        case 'room':
          // It was archived, or may have been until now.
          if (isMyRoom(queryClient, data.room.id) ? data.room.archivedAt : knowsPutAway(queryClient))
            void queryClient.invalidateQueries({ queryKey: putAwayKey });
          mergeRoom(queryClient, data.room);
          break;
        case 'membership': {
          const { roomId, status } = data;
          tellLoss(roomId, status === 'joined' || status === 'changed' ? null : status);
          refresh();
          void queryClient.invalidateQueries({ queryKey: ['room'] });
          break;
        }
        case 'room-closed':
          refresh();
          void queryClient.invalidateQueries({ queryKey: ['room'] });
          break;
        case 'person':
          showPerson(data.person);
          showPersonInLists(queryClient, data.person);
          if (data.person.id === identityKey) void queryClient.invalidateQueries({ queryKey: ['session'] });
          if (isDirectPartner(queryClient, data.person.id)) {
            refresh();
            void queryClient.invalidateQueries({ queryKey: ['room'] });
          }
          break;
        case 'held':
          outbox().askAgain();
          break;
        case 'queue':
          tellQueue(queryClient, data);
          break;
        case 'presence':
          takePresence(data.people);
          break;
        case 'sharing':
          queryClient.setQueryData<SessionView>(
            sessionKey(),
            (known) => known && { ...known, me: known.me && { ...known.me, ...data.sharing } },
          );
          forgetPresence();
          break;
        case 'alive':
          break;
      }
    };
    const stream = resubscribe<{ data: InboxEvent }>({
      open: (handlers) => streams().inbox.onEvent.subscribe({ tab: tabId }, handlers),
      onEvent,
      onRefused: refresh,
    });
    // Another person, or a stranger who has become one: other rooms are open to them.
    if (knownKey.current !== identityKey) {
      if (knownKey.current !== 'server' && knownKey.current !== 'stranger') forgetReadStates();
      knownKey.current = identityKey;
      forgetPresence();
      refresh();
      void queryClient.invalidateQueries({ queryKey: ['room'] });
    }
    if (isSomebody) {
      asker.want(openThreadIds());
      readDrafts();
    }
    const stopWatching = away.watch();
    let wasLive = connectionState() === 'live';
    const stopListening = onConnectionState(() => {
      const isLive = connectionState() === 'live';
      if (isLive && !wasLive) refresh();
      isFresh ||= !isLive;
      wasLive = isLive;
    });
    return () => {
      stopListening();
      stopWatching();
      stream.close();
      asker.close();
    };
  }, [queryClient, identityKey]);
}

/** Keeps the number of unread threads before the page's title, whoever sets that. */
function useTitleCount(count: number): void {
  useEffect(() => {
    const apply = () => {
      const plain = document.title.replace(/^\(\d+\+?\) /, '');
      const title = count > 0 ? `(${unreadLabel(count)}) ${plain}` : plain;
      if (document.title !== title) document.title = title;
    };
    apply();
    const observer = new MutationObserver(apply);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [count]);
}
