'use client';

import { EyeOff, Eye, Info, LogOut, Settings, Shield, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { go, inboxPath } from '@/client/paths';
import type { RoomSection } from '@/client/room/room-section';
import { useHideRoom, useLeaveRoom } from '@/client/room/use-room-changes';
import { withPictures } from '@/client/thread/thread-menu';
import type { ThreadEntry } from '@/client/thread/use-thread-actions';
import { callErrorOf } from '@/client/trpc';
import { ConfirmDialog, type Question } from '@/client/ui/confirm-dialog';
import { Menu } from '@/client/ui/menu';
import type { MenuEntry, MenuTrigger, OpenedBy } from '@/client/ui/menu-button';
import type { ListedRoom, RoomAction, RoomView } from '@/shared/room';

type Props = MenuTrigger & {
  room: RoomView | ListedRoom;
  threadEntries: ThreadEntry[];
  openedBy: OpenedBy | null;
  onSection(section: RoomSection): void;
};

/** What can be done with a room and its main thread. */
export function RoomMenuLayer({ room, threadEntries, onSection, ...menu }: Props) {
  const [question, setQuestion] = useState<Question | null>(null);
  const leave = useLeaveRoom(room.id);
  const hide = useHideRoom(room.id);
  const isHidden = 'hiddenAt' in room && room.hiddenAt !== null;
  const opening = (to: RoomSection, label: string, picture: MenuEntry['picture'], action?: RoomAction) =>
    action && !room.may.includes(action) ? [] : [{ label, picture, onSelect: () => onSection(to) }];
  return (
    <>
      <Menu
        {...menu}
        entries={[
          ...opening('about', 'About this room', <Info size={16} />),
          ...opening('members', 'People', <Users size={16} />, 'members'),
          ...opening('invitations', 'Invite people', <UserPlus size={16} />, 'invite'),
          ...opening('order', 'Moderation', <Shield size={16} />, 'moderate'),
          ...opening('settings', 'Settings', <Settings size={16} />, 'update'),
          ...withPictures(threadEntries),
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
      <ConfirmDialog
        question={question}
        onClose={() => setQuestion(null)}
        wordsOf={(cause) => callErrorOf(cause).message}
      />
    </>
  );
}
