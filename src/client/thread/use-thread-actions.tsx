import { useQueryClient } from '@tanstack/react-query';
import {
  Archive,
  ArchiveRestore,
  ArrowDownToLine,
  ArrowUpToLine,
  Bell,
  BellOff,
  BellPlus,
  CalendarDays,
  Link2,
  Lock,
  LockOpen,
  MailOpen,
  Pencil,
  Trash2,
} from 'lucide-react';
import { useMemo, useState, type ReactNode, type RefObject } from 'react';
import { keyName, useOfferedActions, type Action } from '@/client/actions';
import type { SeqListHandle } from '@/client/lib/seq-list/seq-list';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { go, roomPath } from '@/client/paths';
import { DateDialog } from '@/client/thread/date-dialog';
import { DeleteThreadDialog } from '@/client/thread/delete-thread-dialog';
import { RenameThreadDialog } from '@/client/thread/rename-thread-dialog';
import { markUnread, setFollowing, setMuted, useReadState } from '@/client/thread/use-read-state';
import { useThreadChange } from '@/client/thread/use-thread-change';
import { threadKey } from '@/client/thread/use-threads';
import type { MenuEntry } from '@/client/ui/menu';
import type { RoomView } from '@/shared/room';
import type { ThreadRights, ThreadSummary } from '@/shared/thread';

/** What a conversation needs to know of its thread; a room's main thread has no rights of its own. */
export type ConversationThread = Pick<
  ThreadSummary,
  'id' | 'title' | 'isMain' | 'archivedAt' | 'lockedAt'
> & { shortId?: string; rights?: ThreadRights };

type ThreadAction = Action & { picture: ReactNode; isDangerous?: boolean; inMenu: boolean };
type Dialog = 'rename' | 'date' | 'delete';

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
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { mutate } = useThreadChange();
  const { id, isMain, rights } = thread;
  const [isLocked, isArchived] = [thread.lockedAt !== null, thread.archivedAt !== null];
  const [isMuted, isFollowing] = [state?.muted ?? false, state?.following ?? false];

  const actions = useMemo(() => {
    const group = isMain ? 'This room' : 'This thread';
    const quietly = (call: Promise<unknown>) => void call.catch(() => undefined);
    const all: (ThreadAction | false | undefined)[] = [
      {
        ...{ id: 'thread.start', label: 'Go to the first message', group, inMenu: false },
        ...{ toldKeys: 'Home', picture: <ArrowUpToLine size={16} /> },
        run: () =>
          list.current?.scrollToSeq(feed.getState().timeline?.head.firstSeq ?? 1, { align: 'start' }),
      },
      {
        ...{ id: 'thread.end', label: 'Go to the newest message', group, inMenu: false },
        ...{ key: 'G', toldKeys: 'Shift G', picture: <ArrowDownToLine size={16} /> },
        run: () => list.current?.scrollToEnd(),
      },
      {
        ...{ id: 'thread.date', label: 'Go to a date', group, inMenu: true },
        ...{ key: 'd', picture: <CalendarDays size={16} /> },
        run: () => setDialog('date'),
      },
      {
        ...{ id: 'thread.link', label: 'Copy link', group, inMenu: true, picture: <Link2 size={16} /> },
        run: () => quietly(copyAddress()),
      },
      isSomebody && {
        ...{ id: 'thread.follow', label: isFollowing ? 'Stop following' : 'Follow', group, inMenu: true },
        picture: isFollowing ? <Bell size={16} /> : <BellPlus size={16} />,
        run: () => quietly(setFollowing(id, !isFollowing)),
      },
      isSomebody && {
        ...{ id: 'thread.mute', label: isMuted ? 'Unmute' : 'Mute', group, inMenu: true },
        picture: <BellOff size={16} />,
        run: () => quietly(setMuted(id, !isMuted)),
      },
      isSomebody && {
        ...{ id: 'thread.unread', label: 'Mark as unread', group, inMenu: true },
        picture: <MailOpen size={16} />,
        run: () => quietly(markUnread(id)),
      },
      rights?.rename &&
        !isMain && {
          ...{ id: 'thread.rename', label: 'Rename', group, inMenu: true, picture: <Pencil size={16} /> },
          run: () => setDialog('rename'),
        },
      rights?.lock &&
        !isMain && {
          ...{ id: 'thread.lock', label: isLocked ? 'Unlock' : 'Lock', group, inMenu: true },
          picture: isLocked ? <LockOpen size={16} /> : <Lock size={16} />,
          run: () => mutate({ verb: 'update', id, isLocked: !isLocked }),
        },
      rights?.archive && {
        ...{ id: 'thread.archive', label: isArchived ? 'Bring back' : 'Archive', group, inMenu: true },
        picture: isArchived ? <ArchiveRestore size={16} /> : <Archive size={16} />,
        run: () => mutate({ verb: 'archive', id, isArchived: !isArchived }),
      },
      rights?.delete && {
        ...{ id: 'thread.delete', label: 'Delete', group, inMenu: true, isDangerous: true },
        picture: <Trash2 size={16} />,
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
    entries: actions.filter((action) => action.inMenu).map(entryOf),
    /** What a person may do changes with their role: asked for anew when they are about to look. */
    refresh: () => {
      if (thread.shortId) void queryClient.invalidateQueries({ queryKey: threadKey(thread.shortId) });
    },
    dialog:
      dialog === 'date' ? (
        <DateDialog onPick={goToDate} onClose={onClose} />
      ) : dialog === 'rename' ? (
        <RenameThreadDialog thread={thread} onClose={onClose} />
      ) : dialog === 'delete' ? (
        <DeleteThreadDialog
          thread={thread}
          messageCount={feed.getState().timeline?.head.seq ?? 0}
          onClose={onClose}
          onDone={() => go(roomPath(room))}
        />
      ) : null,
  };
}

const entryOf = (action: ThreadAction): MenuEntry => {
  const { label, picture, isDangerous, run } = action;
  const keys = keyName(action);
  return { label, picture, onSelect: run, ...(isDangerous && { isDangerous }), ...(keys && { keys }) };
};

const copyAddress = async () =>
  navigator.clipboard?.writeText(`${window.location.origin}${window.location.pathname}`);
