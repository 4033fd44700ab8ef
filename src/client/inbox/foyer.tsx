'use client';

import { useEffect, useState } from 'react';
import { clsx } from 'clsx';
import { Claim } from '@/client/inbox/claim';
import { PhoneBar } from '@/client/inbox/phone-bar';
import { RoomsPane } from '@/client/inbox/rooms-pane';
import { ThreadsPane } from '@/client/inbox/threads-pane';
import { useAppActions } from '@/client/inbox/use-app-actions';
import { useInboxEvents } from '@/client/inbox/use-inbox-events';
import { useVisit } from '@/client/inbox/use-visit';
import { useMedia } from '@/client/lib/use-media';
import { usePageHeight } from '@/client/lib/use-page-height';
import { useHydrated } from '@/client/lib/use-hydrated';
import { TreesContext } from '@/client/message/marks';
import { go, inboxPath, usePlace, roomPath } from '@/client/paths';
import { useLoss } from '@/client/room/lost-rooms';
import { PersonActionsProvider } from '@/client/room/person-actions-provider';
import { RoomMenu } from '@/client/room/room-menu';
import { useRoom, useRooms } from '@/client/room/use-rooms';
import { Conversation } from '@/client/thread/conversation';
import { DeletedThread } from '@/client/thread/deleted-thread';
import { useThread, type ThreadPage, type ThreadWithRights } from '@/client/thread/use-threads';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';
import { LoadProblemLine } from '@/client/ui/load-problem-line';
import { useMe } from '@/client/user/use-me';
import type { Markdown } from '@/shared/markdown-tree';
import type { MessagePage } from '@/shared/message';
import type { RoomView } from '@/shared/room';

/** What the server rendered the page with: what a stranger may see. */
export type FirstState = {
  rooms: RoomView[];
  threads: ThreadPage | null;
  room: RoomView | null;
  thread: ThreadWithRights | null;
  messages: MessagePage | null;
  /** What those texts mean that have marks, by `treeKey`. */
  trees: [key: string, tree: Markdown][];
};

const lossWords = {
  left: 'You left NAME',
  removed: 'You were removed from NAME',
  banned: 'You were banned from NAME',
} as const;

/** The whole page: rooms, threads, conversation. Going from place to place happens within it. */
export function Foyer({ first }: { first: FirstState }) {
  const place = usePlace();
  const me = useMe();
  const [trees] = useState(() => new Map(first.trees));
  const isHydrated = useHydrated();
  const roomSlug = place.view === 'inbox' ? null : place.roomSlug;
  const { data: rooms } = useRooms(first.rooms);
  const { data: room, error: roomError } = useRoom(roomSlug, first.room);
  const { data: thread, error: threadError } = useThread(
    place.view === 'thread' ? place.shortId : null,
    first.thread,
  );
  const loss = useLoss(room?.id);
  useInboxEvents(isHydrated ? (me?.id ?? 'stranger') : 'server');

  const shown =
    place.view === 'thread'
      ? thread
      : room
        ? { id: room.mainThreadId, title: room.name, isMain: true, archivedAt: null, lockedAt: null }
        : null;
  useEffect(() => {
    const name = place.view === 'inbox' ? 'Inbox' : shown?.isMain ? room?.name : shown?.title;
    if (name) document.title = `${name} · Foyer`;
  }, [place.view, shown?.isMain, shown?.title, room?.name]);

  usePageHeight();
  // An address that the room had before leads to the one it has now.
  useEffect(() => {
    if (room && roomSlug && room.slug !== roomSlug)
      go(
        window.location.pathname.replace(`/r/${roomSlug}`, roomPath(room)) + window.location.search,
        'replace',
      );
  }, [room, roomSlug]);

  const overlay = useAppActions();
  useVisit(place, room, shown);
  const pane =
    place.pane === 'rooms'
      ? 'rooms'
      : place.view === 'inbox' || place.pane === 'threads'
        ? 'threads'
        : 'conversation';
  const error = roomError ?? threadError;
  // On a phone the pane that shows is what the page is about; else the conversation is.
  const isPhone = useMedia('(max-width: 767px)');
  const mainOn = (name: typeof pane) => (isPhone && pane === name ? 'main' : undefined);
  const on = (name: typeof pane) => (pane === name ? 'max-md:block' : 'max-md:hidden');
  return (
    <div className="flex h-[var(--page-height,100dvh)] flex-col">
      <Claim />
      <div className="grid min-h-0 flex-1 md:grid-cols-[56px_300px_minmax(0,1fr)] lg:grid-cols-[240px_340px_minmax(0,1fr)]">
        <div role={mainOn('rooms')} className={clsx('min-h-0', on('rooms'))}>
          <RoomsPane rooms={rooms} selectedSlug={roomSlug} isInbox={place.view === 'inbox'} me={me} />
        </div>
        <div role={mainOn('threads')} className={clsx('min-h-0 min-w-0', on('threads'))}>
          <ThreadsPane
            room={room ?? null}
            isRoomView={place.view !== 'inbox'}
            selectedId={shown?.id ?? null}
            first={first.threads}
            hasRooms={(rooms?.length ?? 0) > 0}
          />
        </div>
        <main className={clsx('min-h-0 min-w-0 bg-canvas', on('conversation'))}>
          {place.view === 'inbox' ? (
            <EmptyState scene="door" title="Pick a conversation">
              Everything said in the rooms open to you is on the left.
            </EmptyState>
          ) : room && loss && room.kind !== 'public' ? (
            <EmptyState
              scene="shut"
              title={lossWords[loss].replace('NAME', room.name)}
              action={<Button onClick={() => go(inboxPath)}>Go to the inbox</Button>}
            >
              Nothing that is said there reaches you any more.
            </EmptyState>
          ) : room && shown ? (
            <TreesContext value={trees}>
              <PersonActionsProvider room={room} myId={me?.id ?? null}>
                <Conversation
                  key={shown.id}
                  thread={shown}
                  room={room}
                  me={me}
                  at={place.at}
                  renderRoomMenu={(entries) => <RoomMenu room={room} threadEntries={entries} />}
                  first={first.messages?.head.id === shown.id ? first.messages : null}
                />
              </PersonActionsProvider>
            </TreesContext>
          ) : error && callErrorOf(error).data?.reason === 'deleted' ? (
            <DeletedThread />
          ) : error ? (
            <EmptyState
              scene="shut"
              title="There is nothing here for you"
              action={<Button onClick={() => go(inboxPath)}>Go to the inbox</Button>}
            >
              {callErrorOf(error).message}
            </EmptyState>
          ) : (
            // Where scripts do not run, nothing more will come; where they do, this is gone before it shows.
            !isHydrated && (
              <div className="h-full animate-[appear_150ms_3s_backwards]">
                <EmptyState scene="shut" title="There is nothing here for you">
                  There is nothing here, or it is not open to you.
                </EmptyState>
              </div>
            )
          )}
        </main>
      </div>
      {overlay}
      <LoadProblemLine />
      {pane !== 'conversation' && <PhoneBar pane={pane} me={me} />}
    </div>
  );
}
