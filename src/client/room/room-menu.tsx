'use client';

import { Ellipsis, Shield } from 'lucide-react';
import { useState } from 'react';
import { lazily } from '@/client/lib/lazily';
import { Later } from '@/client/lib/later';
import { useQueue } from '@/client/message/use-queues';
import type { RoomSection } from '@/client/room/room-section';
import type { ThreadEntry } from '@/client/thread/use-thread-actions';
import { MenuButton } from '@/client/ui/menu-button';
import type { ListedRoom, RoomView } from '@/shared/room';

const RoomDialog = lazily(async () => (await import('@/client/room/room-dialog')).RoomDialog);
const menu = new Later(() => import('@/client/room/room-menu-layer'));

/** The way to what can be done with a room and its main thread, in its header. */
export function RoomMenu({
  room,
  threadEntries,
}: {
  room: RoomView | ListedRoom;
  threadEntries: ThreadEntry[];
}) {
  const [section, setSection] = useState<RoomSection | null>(null);
  const { held, reports } = useQueue(room.id, room.may.includes('moderate'));
  const waiting = held + reports;
  const trigger = { label: 'Room menu', picture: <Ellipsis size={18} /> };
  return (
    <>
      {waiting > 0 && (
        <button
          type="button"
          title="Waiting for moderators"
          aria-label={`${waiting} waiting for moderators`}
          onClick={() => setSection('order')}
          {...RoomDialog.intent}
          className="flex h-8 shrink-0 items-center gap-1 rounded-full bg-accent-soft px-2.5 text-sm font-medium tabular transition-colors duration-120 hover:bg-hover max-md:h-11"
        >
          <Shield size={14} aria-hidden /> {waiting}
        </button>
      )}
      <MenuButton {...trigger} later={menu}>
        {(code, openedBy) => (
          <code.RoomMenuLayer
            {...trigger}
            room={room}
            threadEntries={threadEntries}
            openedBy={openedBy}
            onSection={setSection}
          />
        )}
      </MenuButton>
      {section && (
        <RoomDialog room={room} section={section} onSection={setSection} onClose={() => setSection(null)} />
      )}
    </>
  );
}
