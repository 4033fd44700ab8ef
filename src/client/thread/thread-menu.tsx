'use client';

import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  BellPlus,
  CalendarDays,
  Link2,
  Lock,
  LockOpen,
  MailOpen,
  Pencil,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { ThreadEntry, ThreadPicture } from '@/client/thread/use-thread-actions';
import { Menu } from '@/client/ui/menu';
import type { MenuEntry, MenuTrigger, OpenedBy } from '@/client/ui/menu-button';

const pictures: Record<ThreadPicture, ReactNode> = {
  date: <CalendarDays size={16} />,
  link: <Link2 size={16} />,
  follow: <BellPlus size={16} />,
  following: <Bell size={16} />,
  mute: <BellOff size={16} />,
  unread: <MailOpen size={16} />,
  rename: <Pencil size={16} />,
  lock: <Lock size={16} />,
  unlock: <LockOpen size={16} />,
  archive: <Archive size={16} />,
  restore: <ArchiveRestore size={16} />,
  delete: <Trash2 size={16} />,
};

export const withPictures = (entries: readonly ThreadEntry[]): MenuEntry[] =>
  entries.map((entry) => ({ ...entry, picture: pictures[entry.picture] }));

type Props = MenuTrigger & { entries: readonly ThreadEntry[]; openedBy: OpenedBy | null };

/** What can be done with a thread. */
export const ThreadMenu = ({ entries, ...menu }: Props) => <Menu {...menu} entries={withPictures(entries)} />;
