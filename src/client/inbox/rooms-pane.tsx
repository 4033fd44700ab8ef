'use client';

import { Inbox, Moon, Search, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useMemo, useState } from 'react';
import { clsx } from 'clsx';
import { runAction, useOfferedActions } from '@/client/actions';
import { useHydrated } from '@/client/lib/use-hydrated';
import { PageLink } from '@/client/page-link';
import { RoomGroup } from '@/client/inbox/room-group';
import { MeActions } from '@/client/inbox/me-actions';
import { inboxPath, roomPath } from '@/client/paths';
import { NewDirectDialog } from '@/client/room/new-direct-dialog';
import { NewRoomDialog } from '@/client/room/new-room-dialog';
import { useConnectionState } from '@/client/thread/connection-line';
import { UnreadPill } from '@/client/thread/unread-pill';
import { IconButton } from '@/client/ui/button';
import { Mark } from '@/client/ui/mark';
import { Face } from '@/client/user/face';
import { hueOf } from '@/client/user/hue';
import { NameDialog } from '@/client/user/name-dialog';
import type { Me } from '@/client/user/use-me';
import type { ListedRoom, RoomView } from '@/shared/room';

type Props = {
  rooms: ListedRoom[] | undefined;
  selectedSlug: string | null;
  isInbox: boolean;
  me: Me | null;
};

/** The mark, the inbox, the rooms, and me. Between phone and desktop it folds to pictures. */
export function RoomsPane({ rooms, selectedSlug, isInbox, me }: Props) {
  const [isMaking, setIsMaking] = useState(false);
  const [isWriting, setIsWriting] = useState(false);
  const actions = useMemo(
    () => [
      { id: 'room.new', label: 'New room', group: 'Foyer', run: () => setIsMaking(true) },
      {
        id: 'room.direct',
        label: 'New direct conversation',
        group: 'Foyer',
        run: () => setIsWriting(true),
      },
    ],
    [],
  );
  useOfferedActions(actions);
  const entryOf = (room: ListedRoom) => (
    <Entry
      key={room.id}
      href={roomPath(room)}
      label={room.name}
      isSelected={room.slug === selectedSlug}
      picture={<RoomPicture room={room} />}
      unread={room.unread}
    />
  );
  return (
    <nav aria-label="Rooms" className="flex h-full flex-col border-r bg-pane">
      <div className="flex h-13 shrink-0 items-center gap-2.5 px-4 md:max-lg:justify-center md:max-lg:px-0">
        <Mark />
        <span className="flex-1 text-base font-semibold tracking-tight md:max-lg:hidden">Foyer</span>
        <IconButton
          label="Go to or do (Ctrl K)"
          className="-mr-1.5 md:max-lg:hidden"
          onClick={() => runAction('app.palette')}
        >
          <Search size={16} />
        </IconButton>
      </div>
      <div className="px-2 md:max-lg:px-1.5">
        <Entry
          href={inboxPath}
          label="Inbox"
          isSelected={isInbox}
          picture={<Inbox size={17} aria-hidden />}
        />
      </div>
      <div className="mt-4 flex-1 quiet-scroll overflow-y-auto px-2 pb-2 md:max-lg:px-1.5">
        {/* On a phone this pane is the page. */}
        <h1 className="sr-only md:hidden">Rooms</h1>
        <RoomGroup title="Rooms" newLabel="New room" onNew={() => setIsMaking(true)}>
          {rooms?.filter((room) => room.kind !== 'direct').map(entryOf)}
        </RoomGroup>
        <RoomGroup title="Direct" newLabel="New direct conversation" onNew={() => setIsWriting(true)}>
          {rooms?.filter((room) => room.kind === 'direct').map(entryOf)}
        </RoomGroup>
      </div>
      <MeBar me={me} />
      <NewRoomDialog open={isMaking} onOpenChange={setIsMaking} />
      <NewDirectDialog open={isWriting} onOpenChange={setIsWriting} />
    </nav>
  );
}

function Entry({
  href,
  label,
  isSelected,
  picture,
  unread = 0,
}: {
  href: string;
  label: string;
  isSelected: boolean;
  picture: React.ReactNode;
  unread?: number;
}) {
  return (
    <PageLink
      href={href}
      title={label}
      aria-current={isSelected ? 'page' : undefined}
      className={clsx(
        'flex h-9 items-center gap-2.5 rounded-control px-2 text-md transition-colors duration-120 max-md:h-12 md:max-lg:h-10 md:max-lg:justify-center',
        isSelected ? 'bg-selected' : 'hover:bg-hover hover:text-ink',
        unread > 0 ? 'font-semibold text-ink' : isSelected ? 'font-medium' : 'text-soft',
      )}
    >
      <span className="relative grid size-6 shrink-0 place-items-center">
        {picture}
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute -top-1 -right-1 hidden size-2.5 rounded-full border-2 border-pane bg-accent md:max-lg:block"
          />
        )}
      </span>
      <span dir="auto" className="min-w-0 flex-1 truncate md:max-lg:sr-only">
        {label}
      </span>
      {unread > 0 && (
        <span className="shrink-0 md:max-lg:sr-only">
          <UnreadPill unread={unread} />
        </span>
      )}
    </PageLink>
  );
}

function RoomPicture({ room }: { room: RoomView }) {
  const person = room.people?.length === 1 ? room.people[0] : undefined;
  if (person) return <Face id={person.id} name={person.name} size={24} />;
  const hue = hueOf(room.id);
  return (
    <span
      aria-hidden
      className="grid size-6 place-items-center rounded-md text-xs font-semibold"
      style={{
        background: `oklch(var(--face-l) var(--face-c) ${hue})`,
        color: `oklch(var(--face-ink-l) 0.08 ${hue})`,
      }}
    >
      {[...room.name][0]?.toUpperCase()}
    </span>
  );
}

function MeBar({ me }: { me: Me | null }) {
  const [isNaming, setIsNaming] = useState(false);
  const connection = useConnectionState();
  const { resolvedTheme, setTheme } = useTheme();
  const isHydrated = useHydrated();
  const words = {
    connecting: 'Connecting',
    live: 'Connected',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
  }[connection];
  const isDark = isHydrated && resolvedTheme === 'dark';
  return (
    <div className="flex h-14 shrink-0 items-center gap-1 border-t px-2 md:max-lg:h-auto md:max-lg:flex-col md:max-lg:py-2">
      <button
        type="button"
        disabled={!me}
        onClick={() => setIsNaming(true)}
        title="Change your name"
        className="flex h-11 min-w-0 flex-1 items-center gap-2.5 rounded-control px-2 text-left transition-colors duration-120 hover:bg-hover md:max-lg:flex-none"
      >
        <span className="relative">
          {me ? (
            <Face id={me.id ?? me.name} name={me.name} picture={me.picture} size={28} />
          ) : (
            <span className="block size-7 rounded-full bg-hover" />
          )}
          <span
            aria-hidden
            className={clsx(
              'absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-pane',
              connection === 'live' ? 'bg-accent' : connection === 'connecting' ? 'bg-faint' : 'bg-amber',
            )}
          />
        </span>
        <span className="min-w-0 md:max-lg:sr-only">
          <span className="block truncate text-sm font-medium">{me?.name ?? ' '}</span>
          <span className="block truncate text-xs text-faint" data-testid="connection">
            {words}
          </span>
        </span>
      </button>
      <IconButton
        label={isDark ? 'Light colours' : 'Dark colours'}
        onClick={() => setTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <Sun size={16} /> : <Moon size={16} />}
      </IconButton>
      {me && (
        <NameDialog me={me} open={isNaming} onOpenChange={setIsNaming}>
          <MeActions me={me} />
        </NameDialog>
      )}
    </div>
  );
}
