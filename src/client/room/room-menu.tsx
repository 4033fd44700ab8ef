'use client';

import { Ellipsis, Info } from 'lucide-react';
import { useState } from 'react';
import { RoomDialog } from '@/client/room/room-dialog';
import type { RoomSection } from '@/client/room/room-section';
import { IconButton } from '@/client/ui/button';
import { Menu, type MenuEntry } from '@/client/ui/menu';
import type { RoomView } from '@/shared/room';

/** What can be done with a room and its main thread, behind the button of its header. */
export function RoomMenu({ room, threadEntries }: { room: RoomView; threadEntries: MenuEntry[] }) {
  const [section, setSection] = useState<RoomSection | null>(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label="Room menu">
            <Ellipsis size={18} />
          </IconButton>
        }
        entries={[
          { label: 'About this room', picture: <Info size={16} />, onSelect: () => setSection('about') },
          ...threadEntries,
        ]}
      />
      <RoomDialog room={room} section={section} onSection={setSection} />
    </>
  );
}
