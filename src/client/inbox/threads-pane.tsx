'use client';

import { useMutation } from '@tanstack/react-query';
import { ArrowLeft, CheckCheck, Plus, Search } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useOfferedActions } from '@/client/actions';
import { lazily } from '@/client/lib/lazily';
import { useSettled } from '@/client/lib/use-settled';
import { PageLink } from '@/client/page-link';
import { roomPath } from '@/client/paths';
import { useRoomUnread } from '@/client/room/use-rooms';
import { ThreadList } from '@/client/thread/thread-list';
import { useUnreadThreadCount } from '@/client/thread/use-read-state';
import type { ThreadPage, ThreadScope } from '@/client/thread/use-threads';
import { trpc } from '@/client/trpc';
import { IconButton } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';
import { Segmented } from '@/client/ui/segmented';
import { searchMaxChars } from '@/shared/limits';
import type { RoomView } from '@/shared/room';

const NewThreadDialog = lazily(
  async () => (await import('@/client/thread/new-thread-dialog')).NewThreadDialog,
);

type Props = {
  /** The room whose threads are listed; null lists all. */
  room: RoomView | null;
  isRoomView: boolean;
  selectedId: string | null;
  first: ThreadPage | null;
  hasRooms: boolean;
};

type Filter = 'all' | 'mine' | 'unread' | 'mentions';

/** The inbox, or the threads of the room in view. */
export function ThreadsPane({ room, isRoomView, selectedId, first, hasRooms }: Props) {
  const [of, setOf] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [isMaking, setIsMaking] = useState(false);
  // Beside a conversation, whose title is the page's.
  const Heading = isRoomView ? 'h2' : 'h1';
  const canMake = isRoomView && room !== null && !room.archivedAt;
  const actions = useMemo(
    () =>
      canMake
        ? [{ id: 'thread.new-one', label: 'New thread', group: 'This room', run: () => setIsMaking(true) }]
        : [],
    [canMake],
  );
  useOfferedActions(actions);
  const settledSearch = useSettled(search.trim());
  const scope: ThreadScope | null = isRoomView ? room && { of: 'room', roomId: room.id } : { of };
  return (
    <section
      aria-label={isRoomView ? 'Threads' : 'Inbox'}
      className="flex h-full min-w-0 flex-col border-r bg-canvas"
    >
      <header className="flex h-13 shrink-0 items-center gap-2 pr-2 pl-4 max-md:pl-1">
        {isRoomView && room && (
          <PageLink
            href={roomPath(room)}
            aria-label={`Back to ${room.name}`}
            className="grid size-11 place-items-center text-soft md:hidden"
          >
            <ArrowLeft size={20} />
          </PageLink>
        )}
        <Heading dir="auto" className="min-w-0 flex-1 truncate text-md font-semibold max-md:pl-3">
          {isRoomView ? (room?.name ?? ' ') : 'Inbox'}
        </Heading>
        <MarkAllRead roomId={isRoomView ? (room?.id ?? null) : null} isRoomView={isRoomView} />
        {canMake && (
          <IconButton label="New thread" onClick={() => setIsMaking(true)} {...NewThreadDialog.intent}>
            <Plus size={17} />
          </IconButton>
        )}
      </header>
      <div className="flex flex-col gap-2 px-3 pb-2">
        <label className="flex h-8 items-center gap-2 rounded-control border bg-surface px-2.5 transition-colors duration-120 focus-within:border-accent max-md:h-11">
          <Search size={14} className="shrink-0 text-faint" aria-hidden />
          <input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            maxLength={searchMaxChars}
            placeholder="Search titles"
            aria-label="Search thread titles"
            className="w-full min-w-0 bg-transparent text-sm outline-none placeholder:text-faint"
          />
        </label>
        {!isRoomView && (
          <Segmented
            label="Which threads"
            value={of}
            options={[
              { value: 'all', label: 'All' },
              { value: 'mine', label: 'Mine' },
              { value: 'unread', label: 'Unread' },
              { value: 'mentions', label: 'Mentions' },
            ]}
            onChange={setOf}
          />
        )}
      </div>
      <div className="min-h-0 flex-1">
        <ThreadList
          key={isRoomView ? (room?.id ?? 'none') : of}
          scope={scope}
          search={settledSearch}
          first={isRoomView || of === 'all' ? first : null}
          selectedId={selectedId}
          showsRoom={!isRoomView}
          empty={emptyFor(isRoomView, of, hasRooms)}
        />
      </div>
      {room && isMaking && <NewThreadDialog room={room} onClose={() => setIsMaking(false)} />}
    </section>
  );
}

/** Of the room in view, or of everything. The news of it come back to all lists by themselves. */
function MarkAllRead({ roomId, isRoomView }: { roomId: string | null; isRoomView: boolean }) {
  const threadCount = useUnreadThreadCount();
  const roomUnread = useRoomUnread(roomId);
  const mark = useMutation({
    mutationFn: () => trpc().inbox.markRead.mutate(roomId ? { roomId } : {}),
  });
  const hasUnread = isRoomView ? roomUnread > 0 : threadCount > 0;
  return (
    <IconButton
      label="Mark all as read"
      disabled={!hasUnread || mark.isPending}
      onClick={() => mark.mutate()}
    >
      <CheckCheck size={17} />
    </IconButton>
  );
}

function emptyFor(isRoomView: boolean, of: Filter, hasRooms: boolean): ReactNode {
  if (isRoomView) return <EmptyState scene="threads" title="No threads yet" />;
  if (of === 'unread')
    return (
      <EmptyState scene="door" title="Nothing unread">
        What others write in the threads that you follow gathers here.
      </EmptyState>
    );
  if (of === 'mentions')
    return (
      <EmptyState scene="door" title="Nobody has called you yet">
        Threads in which somebody writes @ and your name gather here.
      </EmptyState>
    );
  if (of === 'mine')
    return (
      <EmptyState scene="door" title="Nothing here yet">
        Threads of the rooms that you write in gather here.
      </EmptyState>
    );
  return (
    <EmptyState scene="threads" title={hasRooms ? 'No threads yet' : 'No rooms yet'}>
      {hasRooms ? null : 'Make the first one with the plus sign.'}
    </EmptyState>
  );
}
