'use client';

import { Ellipsis, EyeOff, Eye, Info, LogOut, Settings, Shield, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useQueue } from '@/client/message/use-queues';
import { go, inboxPath } from '@/client/paths';
import { RoomDialog } from '@/client/room/room-dialog';
import type { RoomSection } from '@/client/room/room-section';
import { useHideRoom, useLeaveRoom } from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import { IconButton } from '@/client/ui/button';
import { ConfirmDialog, type Question } from '@/client/ui/confirm-dialog';
import { Menu, type MenuEntry } from '@/client/ui/menu';
import type { ListedRoom, RoomAction, RoomView } from '@/shared/room';

/** What can be done with a room and its main thread, behind the button of its header. */
export function RoomMenu({
  room,
  threadEntries,
}: {
  room: RoomView | ListedRoom;
  threadEntries: MenuEntry[];
}) {
  const [section, setSection] = useState<RoomSection | null>(null);
  const isModerator = room.may.includes('moderate');
  const { held, reports } = useQueue(room.id, isModerator);
  const waiting = held + reports;
  const [question, setQuestion] = useState<Question | null>(null);
  const leave = useLeaveRoom(room.id);
  const hide = useHideRoom(room.id);
  const isHidden = 'hiddenAt' in room && room.hiddenAt !== null;
  const opening = (to: RoomSection, label: string, picture: MenuEntry['picture'], action?: RoomAction) =>
    action && !room.may.includes(action) ? [] : [{ label, picture, onSelect: () => setSection(to) }];
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
          ...opening('about', 'About this room', <Info size={16} />),
          ...opening('members', 'People', <Users size={16} />, 'members'),
          ...opening('invitations', 'Invite people', <UserPlus size={16} />, 'invite'),
          ...opening('order', 'Moderation', <Shield size={16} />, 'moderate'),
          ...opening('settings', 'Settings', <Settings size={16} />, 'update'),
          ...threadEntries,
          {
            label: isHidden ? 'Show in my list' : 'Hide from my list',
            picture: isHidden ? <Eye size={16} /> : <EyeOff size={16} />,
            onSelect: () => hide.mutate(!isHidden, { onSuccess: () => !isHidden && go(inboxPath) }),
          },
          ...(room.may.includes('leave')
            ? [
                {
                  label: 'Leave',
                  picture: <LogOut size={16} />,
                  isDangerous: true,
                  onSelect: () =>
                    setQuestion({
                      title: `Leave ${room.name}?`,
                      text:
                        room.kind === 'public'
                          ? 'What you wrote stays, and you can join again.'
                          : 'What you wrote stays. To come back you need an invitation.',
                      verb: 'Leave',
                      isDangerous: true,
                      async onConfirm() {
                        await leave.mutateAsync(undefined);
                        go(inboxPath);
                      },
                    }),
                },
              ]
            : []),
        ]}
      />
      <RoomDialog room={room} section={section} onSection={setSection} />
      <ConfirmDialog
        question={question}
        onClose={() => setQuestion(null)}
        wordsOf={(cause) => callErrorOf(cause).message}
      />
    </>
  );
}
