import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { onConnectionState, connectionState } from '@/client/connection';
import { showChildThreads } from '@/client/message/thread-feed';
import { resubscribe } from '@/client/resubscribe';
import { mergeRoom, roomListKey, touchRooms } from '@/client/room/use-rooms';
import { mergeThreads } from '@/client/thread/use-threads';
import { streams } from '@/client/trpc';
import type { InboxEvent } from '@/shared/event';

/** Keeps the lists of this page current. The stream has no history: after a gap the lists are read again. */
export function useInboxEvents(identityKey: string): void {
  const queryClient = useQueryClient();
  const knownKey = useRef(identityKey);
  useEffect(() => {
    const refresh = () => {
      void queryClient.invalidateQueries({ queryKey: roomListKey });
      void queryClient.invalidateQueries({ queryKey: ['threads'] });
    };
    const onEvent = ({ data }: { data: InboxEvent }) => {
      switch (data.type) {
        case 'threads':
          mergeThreads(queryClient, data.threads);
          touchRooms(queryClient, data.threads);
          showChildThreads(data.threads);
          break;
        case 'room':
          mergeRoom(queryClient, data.room);
          break;
        case 'membership':
          refresh();
          void queryClient.invalidateQueries({ queryKey: ['room'] });
          break;
        case 'alive':
          break;
      }
    };
    const stream = resubscribe<{ data: InboxEvent }>({
      open: (handlers) => streams().inbox.onEvent.subscribe(undefined, handlers),
      onEvent,
      onRefused: refresh,
    });
    // Another person, or a stranger who has become one: other rooms are open to them.
    if (knownKey.current !== identityKey) {
      knownKey.current = identityKey;
      refresh();
      void queryClient.invalidateQueries({ queryKey: ['room'] });
    }
    let wasLive = connectionState() === 'live';
    const stopListening = onConnectionState(() => {
      const isLive = connectionState() === 'live';
      if (isLive && !wasLive) refresh();
      wasLive = isLive;
    });
    return () => {
      stopListening();
      stream.close();
    };
  }, [queryClient, identityKey]);
}
