'use client';

import { Archive, Inbox, Moon, Search, ShieldAlert, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useMemo, useState } from 'react';
import { clsx } from 'clsx';
import { runAction, useOfferedActions } from '@/client/actions';
import { countOf } from '@/client/lib/format-time';
import { lazily } from '@/client/lib/lazily';
import { useHydrated } from '@/client/lib/use-hydrated';
import { PageLink } from '@/client/page-link';
import { RoomGroup } from '@/client/inbox/room-group';
import type { RoomsDialogName } from '@/client/inbox/rooms-dialog';
import { inboxPath, roomPath } from '@/client/paths';
import { useQueue } from '@/client/message/use-queues';
import { useHasPutAway } from '@/client/room/use-rooms';
import { useConnectionState } from '@/client/thread/connection-line';
import { UnreadPill } from '@/client/thread/unread-pill';
import { IconButton } from '@/client/ui/button';
import { Mark } from '@/client/ui/mark';
import { Face } from '@/client/user/face';
import { hueOf } from '@/client/user/hue';
import { FaceWithDot } from '@/client/user/presence-dot';
import { useSession, type Me } from '@/client/user/use-me';
import type { ListedRoom, RoomView } from '@/shared/room';

const RoomsDialog = lazily(async () => (await import('@/client/inbox/rooms-dialog')).RoomsDialog);
export const MeDialog = lazily(async () => (await import('@/client/inbox/me-dialog')).MeDialog);

type Props = {
  rooms: ListedRoom[] | undefined;
  selectedSlug: string | null;
  isInbox: boolean;
  me: Me | null;
};

/** The mark, the inbox, the rooms, and me. Between phone and desktop it folds to pictures. */
export function RoomsPane({ rooms, selectedSlug, isInbox, me }: Props) {
  const [dialog, setDialog] = useState<RoomsDialogName | null>(null);
  const session = useSession(me !== null);
  const offersRooms = session?.roomCreation !== 'closed';
  const hasPutAway = useHasPutAway(me !== null && me.id !== null);
  const actions = useMemo(
    () => [
      ...(offersRooms
        ? [{ id: 'room.new', label: 'New room', group: 'Foyer', run: () => setDialog('room') }]
        : []),
      {
        id: 'room.direct',
        label: 'New direct conversation',
        group: 'Foyer',
        run: () => setDialog('direct'),
      },
      ...(hasPutAway
        ? [
            {
              id: 'room.away',
              label: 'Hidden and archived rooms',
              group: 'Foyer',
              run: () => setDialog('away'),
            },
          ]
        : []),
    ],
    [offersRooms, hasPutAway],
  );
  useOfferedActions(actions);
  const entryOf = (room: ListedRoom) => (
    <RoomEntry key={room.id} room={room} isSelected={room.slug === selectedSlug} />
  );
  return (
    // Takes the focus from the list of what is put away when nothing is any more.
    <nav aria-label="Rooms" tabIndex={-1} className="flex h-full flex-col border-r bg-pane outline-none">
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
      <div className="flex-1 quiet-scroll overflow-y-auto px-2 pb-2 md:max-lg:px-1.5">
        {/* On a phone this pane is the page. */}
        <h1 className="sr-only md:hidden">Rooms</h1>
        <RoomGroup
          title="Rooms"
          newLabel="New room"
          onNew={offersRooms ? () => setDialog('room') : null}
          intent={RoomsDialog.intent}
        >
          {rooms?.filter((room) => room.kind !== 'direct').map(entryOf)}
        </RoomGroup>
        <RoomGroup
          title="Direct"
          newLabel="New direct conversation"
          onNew={() => setDialog('direct')}
          intent={RoomsDialog.intent}
        >
          {rooms?.filter((room) => room.kind === 'direct').map(entryOf)}
        </RoomGroup>
        {hasPutAway && (
          <button
            type="button"
            onClick={() => setDialog('away')}
            {...RoomsDialog.intent}
            className="mt-4 flex h-8 w-full items-center gap-2 rounded-control px-2 text-left text-xs text-faint transition-colors duration-120 hover:bg-hover hover:text-ink max-md:h-11 md:max-lg:hidden"
          >
            <Archive size={14} aria-hidden />
            Hidden and archived
          </button>
        )}
      </div>
      <MeBar me={me} />
      {dialog && (
        <RoomsDialog
          dialog={dialog}
          mayCreate={session?.roomCreation !== 'needs_account'}
          onClose={() => setDialog(null)}
        />
      )}
    </nav>
  );
}

function RoomEntry({ room, isSelected }: { room: ListedRoom; isSelected: boolean }) {
  const { held, reports } = useQueue(room.id, room.may.includes('moderate'));
  return (
    <Entry
      href={roomPath(room)}
      label={room.name}
      isSelected={isSelected}
      picture={<RoomPicture room={room} />}
      unread={room.unread}
      waiting={held + reports}
    />
  );
}

function Entry({
  href,
  label,
  isSelected,
  picture,
  unread = 0,
  waiting = 0,
}: {
  href: string;
  label: string;
  isSelected: boolean;
  picture: React.ReactNode;
  unread?: number;
  /** What waits for the viewer as a moderator. */
  waiting?: number;
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
        {waiting > 0 && (
          <span
            aria-hidden
            className="absolute -right-1 -bottom-1 hidden size-2.5 rounded-full border-2 border-pane bg-amber md:max-lg:block"
          />
        )}
      </span>
      <span dir="auto" className="min-w-0 flex-1 truncate md:max-lg:sr-only">
        {label}
      </span>
      {waiting > 0 && (
        <span
          title="Waiting for moderators"
          className="flex shrink-0 items-center gap-0.5 text-xs font-semibold text-amber tabular md:max-lg:sr-only"
        >
          <ShieldAlert size={13} aria-hidden />
          {countOf(waiting)}
          <span className="sr-only"> waiting for moderators</span>
        </span>
      )}
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
  if (person) return <FaceWithDot person={person} size={24} />;
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
        {...MeDialog.intent}
        title="Change your name"
        className="flex h-11 min-w-0 flex-1 items-center gap-2.5 rounded-control px-2 text-left transition-colors duration-120 hover:bg-hover md:max-lg:flex-none"
      >
        <span className="relative">
          {me ? (
            <Face person={{ ...me, id: me.id ?? me.name }} size={28} />
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
      {me && isNaming && <MeDialog me={me} onClose={() => setIsNaming(false)} />}
    </div>
  );
}
