'use client';

import { Ellipsis, Info, Shield } from 'lucide-react';
import { useState } from 'react';
import { useQueue } from '@/client/message/use-queues';
import { RoomDialog } from '@/client/room/room-dialog';
import type { RoomSection } from '@/client/room/room-section';
import { IconButton } from '@/client/ui/button';
import { Menu, type MenuEntry } from '@/client/ui/menu';
import type { RoomView } from '@/shared/room';

/** What can be done with a room and its main thread, behind the button of its header. */
export function RoomMenu({ room, threadEntries }: { room: RoomView; threadEntries: MenuEntry[] }) {
  const [section, setSection] = useState<RoomSection | null>(null);
  const isModerator = room.may.includes('moderate');
  const { held, reports } = useQueue(room.id, isModerator);
  const waiting = held + reports;
  return (
    <>
      {waiting > 0 && (
        <button
          type="button"
          title="Waiting for moderators"
          aria-label={`${waiting} waiting for moderators`}
          onClick={() => setSection('order')}
          className="flex h-8 shrink-0 items-center gap-1 rounded-full bg-accent-soft px-2.5 text-sm font-medium tabular transition-colors duration-120 hover:bg-hover max-md:h-11"
        >
          <Shield size={14} aria-hidden /> {waiting}
        </button>
      )}
      <Menu
        trigger={
          <IconButton label="Room menu">
            <Ellipsis size={18} />
          </IconButton>
        }
        entries={[
          { label: 'About this room', picture: <Info size={16} />, onSelect: () => setSection('about') },
          ...(isModerator
            ? [{ label: 'Moderation', picture: <Shield size={16} />, onSelect: () => setSection('order') }]
            : []),
          ...threadEntries,
        ]}
      />
      <RoomDialog room={room} section={section} onSection={setSection} />
    </>
  );
}
