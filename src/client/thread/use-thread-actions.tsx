import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type RefObject } from 'react';
import { keyName, useOfferedActions, type Action } from '@/client/actions';
import { lazily } from '@/client/lib/lazily';
import type { SeqListHandle } from '@/client/lib/seq-list/seq-list';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { go, placeOf, roomPath } from '@/client/paths';
import type { ThreadDialogName } from '@/client/thread/thread-dialog';
import { markUnread, setFollowing, setMuted, useReadState } from '@/client/thread/use-read-state';
import { useThreadChange } from '@/client/thread/use-thread-change';
import { threadKey } from '@/client/thread/use-threads';
import type { MenuEntry } from '@/client/ui/menu-button';
import type { RoomView } from '@/shared/room';
import type { ThreadRights, ThreadSummary } from '@/shared/thread';

const ThreadDialog = lazily(async () => (await import('@/client/thread/thread-dialog')).ThreadDialog);

/** What a conversation needs to know of its thread; a room's main thread has no rights of its own. */
export type ConversationThread = Pick<
  ThreadSummary,
  'id' | 'title' | 'isMain' | 'archivedAt' | 'lockedAt'
> & { shortId?: string; rights?: ThreadRights };

export type ThreadPicture =
  | ('date' | 'link' | 'follow' | 'following' | 'mute' | 'unread')
  | ('rename' | 'lock' | 'unlock' | 'archive' | 'restore' | 'delete');
/** An entry of a thread's menu, whose picture is drawn by the menu. */
export type ThreadEntry = Omit<MenuEntry, 'picture'> & { picture: ThreadPicture };
/** What has a picture stands in the menu. */
type ThreadAction = Action & { picture?: ThreadPicture; isDangerous?: boolean };

type Options = {
  /** With its newest title and state. */
  thread: ConversationThread;
  room: RoomView;
  feed: ThreadFeed;
  list: RefObject<SeqListHandle | null>;
  isSomebody: boolean;
};

/** Everything that can be done with the thread in view: for its menu, the palette and the keys. */
export function useThreadActions({ thread, room, feed, list, isSomebody }: Options) {
  const queryClient = useQueryClient();
  const state = useReadState(thread.id);
  const [dialog, setDialog] = useState<ThreadDialogName | null>(null);
  const { mutate } = useThreadChange();
  const { id, isMain, rights } = thread;
  const [isLocked, isArchived] = [thread.lockedAt !== null, thread.archivedAt !== null];
  const [isMuted, isFollowing] = [state?.muted ?? false, state?.following ?? false];

  const actions = useMemo(() => {
    const group = isMain ? 'This room' : 'This thread';
    const quietly = (call: Promise<unknown>) => void call.catch(() => undefined);
    const all: (ThreadAction | false | undefined)[] = [
      {
        ...{ id: 'thread.start', label: 'Go to the first message', group, toldKeys: 'Home' },
        run: () =>
          list.current?.scrollToSeq(feed.getState().timeline?.head.firstSeq ?? 1, { align: 'start' }),
      },
      {
        ...{ id: 'thread.end', label: 'Go to the newest message', group },
        ...{ key: 'G', toldKeys: 'Shift G' },
        run: () => list.current?.scrollToEnd(),
      },
      {
        ...{ id: 'thread.date', label: 'Go to a date', group },
        ...{ key: 'd', picture: 'date' },
        run: () => setDialog('date'),
      },
      {
        ...{ id: 'thread.link', label: 'Copy link', group, picture: 'link' },
        run: () => quietly(copyAddress()),
      },
      isSomebody && {
        ...{ id: 'thread.follow', label: isFollowing ? 'Stop following' : 'Follow', group },
        picture: isFollowing ? 'following' : 'follow',
        run: () => quietly(setFollowing(id, !isFollowing)),
      },
      isSomebody && {
        ...{ id: 'thread.mute', label: isMuted ? 'Unmute' : 'Mute', group },
        picture: 'mute',
        run: () => quietly(setMuted(id, !isMuted)),
      },
      isSomebody && {
        ...{ id: 'thread.unread', label: 'Mark as unread', group },
        picture: 'unread',
        run: () => quietly(markUnread(id)),
      },
      rights?.rename &&
        !isMain && {
          ...{ id: 'thread.rename', label: 'Rename', group, picture: 'rename' },
          run: () => setDialog('rename'),
        },
      rights?.lock &&
        !isMain && {
          ...{ id: 'thread.lock', label: isLocked ? 'Unlock' : 'Lock', group },
          picture: isLocked ? 'unlock' : 'lock',
          run: () => mutate({ verb: 'update', id, isLocked: !isLocked }),
        },
      rights?.archive && {
        ...{ id: 'thread.archive', label: isArchived ? 'Bring back' : 'Archive', group },
        picture: isArchived ? 'restore' : 'archive',
        run: () => mutate({ verb: 'archive', id, isArchived: !isArchived }),
      },
      rights?.delete && {
        ...{ id: 'thread.delete', label: 'Delete', group, isDangerous: true },
        picture: 'delete',
        run: () => setDialog('delete'),
      },
    ];
    return all.filter((action): action is ThreadAction => Boolean(action));
  }, [id, isMain, rights, isLocked, isArchived, isMuted, isFollowing, isSomebody, feed, list, mutate]);
  useOfferedActions(actions);

  const onClose = () => setDialog(null);
  const goToDate = async (since: Date) => {
    const seq = await feed.find(since);
    if (seq !== null) list.current?.scrollToSeq(seq, { align: 'start' });
  };
  return {
    entries: actions.flatMap((action) => (action.picture ? [entryOf(action, action.picture)] : [])),
    /** What a person may do changes with their role: asked for anew when they are about to look. */
    refresh: () => {
      if (thread.shortId) void queryClient.invalidateQueries({ queryKey: threadKey(thread.shortId) });
    },
    dialog: dialog && (
      <ThreadDialog
        dialog={dialog}
        thread={thread}
        messageCount={feed.getState().timeline?.head.seq ?? 0}
        onPickDate={goToDate}
        onClose={onClose}
        onDeleted={() => {
          // By the time of the answer they may have gone elsewhere.
          const place = placeOf(window.location.pathname);
          if (place.view === 'thread' && place.shortId === thread.shortId) go(roomPath(room));
        }}
      />
    ),
  };
}

const entryOf = (action: ThreadAction, picture: ThreadPicture): ThreadEntry => {
  const { label, isDangerous, run } = action;
  const keys = keyName(action);
  return { label, picture, onSelect: run, ...(isDangerous && { isDangerous }), ...(keys && { keys }) };
};

const copyAddress = async () =>
  navigator.clipboard?.writeText(`${window.location.origin}${window.location.pathname}`);
