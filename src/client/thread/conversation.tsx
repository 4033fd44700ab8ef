'use client';

import { ArrowLeft, ArrowUpToLine, Ellipsis, List } from 'lucide-react';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { countOf } from '@/client/lib/format-time';
import { Later } from '@/client/lib/later';
import type { SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { useHydrated } from '@/client/lib/use-hydrated';
import { Composer, type ComposerMode } from '@/client/message/composer';
import { CentreBeforePaint } from '@/client/message/centre-before-paint';
import { MessageList } from '@/client/message/message-list';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { useFeed, useFeedState } from '@/client/message/use-feed';
import { outbox } from '@/client/message/use-outbox';
import { PageLink } from '@/client/page-link';
import { go, inboxPath, roomPath, threadPath } from '@/client/paths';
import { closedBecause } from '@/client/thread/closed-because';
import { PeopleHere } from '@/client/thread/people-here';
import { ConnectionLine } from '@/client/thread/connection-line';
import { DeletedThread } from '@/client/thread/deleted-thread';
import { firstUnreadOf, useReading } from '@/client/thread/use-read-state';
import {
  useThreadActions,
  type ConversationThread,
  type ThreadEntry,
} from '@/client/thread/use-thread-actions';
import { noteSent, useSendPause } from '@/client/thread/use-send-pause';
import { useCreateThread } from '@/client/thread/use-threads';
import { Button, IconButton } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';
import { MenuButton } from '@/client/ui/menu-button';
import { NameButton } from '@/client/user/name-button';
import type { Me } from '@/client/user/use-me';
import { previewMaxChars } from '@/shared/limits';
import type { MessagePage, MessageView } from '@/shared/message';
import type { RoomView } from '@/shared/room';
import { nameOf } from '@/shared/user';

const menu = new Later(() => import('@/client/thread/thread-menu'));

type Props = {
  thread: ConversationThread;
  room: RoomView;
  me: Me | null;
  at: number | null;
  /** The page of messages that the server rendered, if any. */
  first: MessagePage | null;
  /** The menu of a room's own conversation, given what can be done with it as a thread. */
  renderRoomMenu(entries: ThreadEntry[]): ReactNode;
};

/** One thread: what it is, what was said, and where to write. Mount it anew for another thread. */
export function Conversation({ thread, room, me, at, first, renderRoomMenu }: Props) {
  const [opensAt] = useState(() => at ?? firstUnreadOf(thread.id));
  const feed = useFeed(thread.id, first, opensAt);
  const { timeline, error } = useFeedState(feed);
  const isHydrated = useHydrated();
  const reading = useReading(thread.id);
  const create = useCreateThread();
  const list = useRef<SeqListHandle>(null);
  const startThread = create.mutate;
  const head = timeline?.head ?? null;
  const title = thread.isMain ? room.name : (head?.title ?? thread.title);

  const onStartThread = useCallback(
    (message: { id: string }) =>
      startThread({ messageId: message.id }, { onSuccess: (made) => go(threadPath(made)) }),
    [startThread],
  );
  const threadHref = useCallback(
    (child: { shortId: string; title: string }) => threadPath({ ...child, isMain: false, room }),
    [room],
  );
  const mayWrite =
    room.role !== null ||
    room.kind !== 'public' ||
    room.visitors === 'write' ||
    room.visitors === 'approve' ||
    me?.kind === 'registered';
  const isLookedAt = room.visitors === 'approve' && room.role === null && me?.kind !== 'registered';
  const isModerator = room.may.includes('moderate');
  const pause = useSendPause(room, thread.id);
  const closed = closedBecause(room, head ?? thread, { mayWrite, isModerator });
  const canWrite = mayWrite && closed === null;
  const [mode, setMode] = useState<ComposerMode | null>(null);
  const modeOf = useCallback(
    (kind: ComposerMode['kind']) => (message: MessageView) => {
      const person = feed.getState().timeline?.people[message.author.id];
      const author = person ? nameOf(person) : '…';
      setMode({
        kind,
        id: message.id,
        seq: message.seq,
        authorId: message.author.id,
        author,
        text: message.text,
      });
    },
    [feed],
  );
  const row = useMemo(
    () => ({
      threadId: thread.id,
      roomId: room.id,
      myId: me?.id ?? null,
      canWrite,
      isModerator,
      threadHref,
      onReply: modeOf('reply'),
      onEdit: modeOf('edit'),
      onStartThread,
    }),
    [thread.id, room.id, me?.id, canWrite, isModerator, threadHref, modeOf, onStartThread],
  );
  const onSend = (text: string) => {
    if (mode?.kind === 'edit') {
      if (text !== mode.text) outbox().edit(thread.id, mode.id, text);
    } else {
      outbox().send(thread.id, text, mode && quoteOf(mode));
      noteSent(room);
      // My own new message is what I want to see: going to it is not the list moving by itself.
      list.current?.scrollToEnd();
    }
    setMode(null);
  };
  const onEditLast = () => {
    const mine = head && me?.id ? lastOwn(feed, head.seq, me.id) : null;
    if (mine) modeOf('edit')(mine);
  };

  const { entries, refresh, dialog } = useThreadActions({
    thread: { ...thread, title, ...(head && { archivedAt: head.archivedAt, lockedAt: head.lockedAt }) },
    room,
    feed,
    list,
    isSomebody: me?.id != null,
  });

  const trigger = {
    label: 'Thread menu',
    picture: <Ellipsis size={18} />,
    onOpenChange: (open: boolean) => open && refresh(),
  };

  if (error?.data?.reason === 'deleted' && !timeline) return <DeletedThread />;
  if (error && !timeline && !error.isPassing)
    return (
      <EmptyState
        scene="shut"
        title="This conversation is not open to you"
        action={<Button onClick={() => go(inboxPath)}>Go to the inbox</Button>}
      >
        {error.message}
      </EmptyState>
    );
  return (
    <section aria-label={title} className="flex h-full min-w-0 flex-col">
      <header className="flex h-13 shrink-0 items-center gap-2 border-b px-4 max-md:px-1">
        <PageLink
          href={inboxPath}
          aria-label="Back to the inbox"
          className="grid size-11 place-items-center text-soft md:hidden"
        >
          <ArrowLeft size={20} />
        </PageLink>
        <div className="min-w-0 flex-1">
          <h1 dir="auto" className="truncate text-md leading-5 font-semibold">
            {title}
          </h1>
          <p className="truncate text-xs text-faint">
            {thread.isMain ? (
              room.topic || (room.kind === 'direct' ? 'Direct conversation' : 'Main conversation')
            ) : (
              <PageLink href={roomPath(room)} className="hover:text-ink hover:underline">
                {room.name}
              </PageLink>
            )}
            {head && isHydrated && (
              <span className="tabular">
                {' '}
                · {countOf(head.seq)} {head.seq === 1 ? 'message' : 'messages'}
              </span>
            )}
          </p>
        </div>
        {isHydrated && <PeopleHere feed={feed} myId={me?.id ?? null} />}
        <IconButton
          label="Go to the first message"
          onClick={() => list.current?.scrollToSeq(head?.firstSeq ?? 1, { align: 'start' })}
        >
          <ArrowUpToLine size={17} />
        </IconButton>
        <PageLink
          href={`${roomPath(room)}?pane=threads`}
          aria-label="Threads of this room"
          title="Threads of this room"
          className="grid size-11 place-items-center text-soft md:hidden"
        >
          <List size={20} />
        </PageLink>
        {thread.isMain ? (
          renderRoomMenu(entries)
        ) : (
          <MenuButton {...trigger} later={menu}>
            {(code, openedBy) => <code.ThreadMenu {...trigger} entries={entries} openedBy={openedBy} />}
          </MenuButton>
        )}
      </header>
      <div className="min-h-0 flex-1">
        <MessageList feed={feed} title={title} at={at} row={row} reading={reading} list={list} />
      </div>
      <ConnectionLine feed={feed} />
      <Composer
        key={thread.id}
        threadId={thread.id}
        mentions={{ roomId: room.id, feed, myId: me?.id ?? null }}
        placeholder={placeholderOf(me, isLookedAt)}
        pause={mode?.kind === 'edit' ? null : pause}
        leading={me && <NameButton me={me} />}
        closedBecause={closed}
        mode={mode}
        onCancelMode={() => setMode(null)}
        onEditLast={onEditLast}
        onSend={onSend}
      />
      {dialog}
      {!isHydrated && at !== null && <CentreBeforePaint seq={at} />}
    </section>
  );
}

const placeholderOf = (me: Me | null, isLookedAt: boolean) => {
  if (!me) return 'Write a message';
  return isLookedAt ? `Write as ${me.name}. A moderator looks at it first` : `Write as ${me.name}`;
};

const quoteOf = (mode: ComposerMode) => ({
  id: mode.id,
  seq: mode.seq,
  authorId: mode.authorId,
  text: [...mode.text].slice(0, previewMaxChars).join(''),
  deletedAt: null,
});

const lookedBack = 200;

/** One's own newest message among the last that are loaded. */
function lastOwn(feed: ThreadFeed, headSeq: number, myId: string): MessageView | null {
  for (let seq = headSeq; seq > Math.max(0, headSeq - lookedBack); seq--) {
    const message = feed.messageAt(seq);
    if (message?.author.id === myId && message.kind === 'text' && !message.deletedAt) return message;
  }
  return null;
}
