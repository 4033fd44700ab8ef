'use client';

import { Tabs } from 'radix-ui';
import type { ComponentType } from 'react';
import { AboutRoom } from '@/client/room/about-room';
import { ModerationSection } from '@/client/room/moderation-section';
import { InvitationsSection } from '@/client/room/invitations-section';
import { MembersSection } from '@/client/room/members-section';
import type { RoomSection, RoomSectionProps } from '@/client/room/room-section';
import { SettingsSection } from '@/client/room/settings-section';
import { Dialog } from '@/client/ui/dialog';
import type { RoomView } from '@/shared/room';

/** The sections in their order; each says for whom it is there. */
const sections: {
  id: RoomSection;
  label: string;
  isFor(room: RoomView): boolean;
  Content: ComponentType<RoomSectionProps>;
}[] = [
  { id: 'about', label: 'About', isFor: () => true, Content: AboutRoom },
  { id: 'members', label: 'People', isFor: ({ may }) => may.includes('members'), Content: MembersSection },
  {
    id: 'invitations',
    label: 'Invite',
    isFor: ({ may }) => may.includes('invite'),
    Content: InvitationsSection,
  },
  {
    id: 'order',
    label: 'Moderation',
    isFor: ({ may }) => may.includes('moderate'),
    Content: ModerationSection,
  },
  { id: 'settings', label: 'Settings', isFor: ({ may }) => may.includes('update'), Content: SettingsSection },
];

type Props = {
  room: RoomView;
  section: RoomSection;
  onSection(section: RoomSection): void;
  onClose(): void;
};

/** Everything about a room in one place, a section at a time. */
export function RoomDialog({ room, section, onSection, onClose }: Props) {
  const shown = sections.filter((each) => each.isFor(room));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={room.name} isWide>
      <Tabs.Root
        value={section}
        onValueChange={(value) => onSection(shown.find((each) => each.id === value)?.id ?? 'about')}
      >
        {shown.length > 1 && (
          <Tabs.List aria-label="Sections" className="mb-4 flex gap-1 overflow-x-auto border-b">
            {shown.map(({ id, label }) => (
              <Tabs.Trigger
                key={id}
                value={id}
                className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-3 text-md text-soft transition-colors duration-120 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink max-md:h-11"
              >
                {label}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
        )}
        {shown.map(({ id, Content }) => (
          <Tabs.Content key={id} value={id} className="outline-none">
            <Content room={room} onDone={onClose} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Dialog>
  );
}
