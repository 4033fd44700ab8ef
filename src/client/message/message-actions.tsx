'use client';

import {
  CheckCheck,
  Copy,
  Ellipsis,
  Flag,
  History,
  Link2,
  MessageSquareReply,
  Pencil,
  Reply,
  ShieldBan,
  SmilePlus,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { clsx } from 'clsx';
import { EmojiPicker } from '@/client/message/emoji-picker';
import { quickEmoji } from '@/client/message/emoji';
import { useNameOf } from '@/client/message/use-feed';
import { IconButton } from '@/client/ui/button';
import { Menu, Popover, type MenuEntry } from '@/client/ui/menu';
import { withNames } from '@/shared/markdown-plain';
import type { MessageView } from '@/shared/message';

export type MessageActionsOf = {
  react: ((emoji: string) => void) | null;
  reply: (() => void) | null;
  startThread: (() => void) | null;
  edit: (() => void) | null;
  remove: (() => void) | null;
  /** Who has read it; null for a stranger, who is told of nobody. */
  readers: (() => void) | null;
  history: (() => void) | null;
  /** To the moderators. */
  report: (() => void) | null;
  /** Mutes or bans whoever wrote it. */
  moderate: (() => void) | null;
  copyLink(): void;
};

type Props = {
  message: MessageView;
  actions: MessageActionsOf;
  isOwn: boolean;
  /** While something of it is open, the row keeps it even when the pointer leaves. */
  onOpenChange(open: boolean): void;
};

/** Floats over a message's corner; it takes no room, so nothing moves when it comes. */
export function MessageActions({ message, actions, isOwn, onOpenChange }: Props) {
  const nameOf = useNameOf();
  const [isPicking, setIsPicking] = useState(false);
  const openPicker = (open: boolean) => {
    setIsPicking(open);
    onOpenChange(open);
  };
  const react = (emoji: string) => {
    actions.react?.(emoji);
    openPicker(false);
  };
  const button = '!size-7 max-md:!size-9';
  return (
    <div
      role="toolbar"
      aria-label="Message actions"
      className={clsx(
        'absolute -top-4 z-10 flex items-center rounded-lg border bg-raised p-0.5 shadow-float',
        isOwn ? 'right-1' : 'left-1 md:right-auto',
      )}
    >
      {actions.react && (
        <>
          {quickEmoji.slice(0, 3).map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-label={`React with ${emoji}`}
              onClick={() => react(emoji)}
              className="grid size-7 place-items-center rounded-control text-md hover:bg-hover max-md:hidden"
            >
              {emoji}
            </button>
          ))}
          <Popover
            open={isPicking}
            onOpenChange={openPicker}
            trigger={
              <IconButton label="React" className={button}>
                <SmilePlus size={16} />
              </IconButton>
            }
          >
            <EmojiPicker onPick={react} />
          </Popover>
        </>
      )}
      {actions.reply && (
        <IconButton label="Reply" onClick={actions.reply} className={button}>
          <Reply size={16} />
        </IconButton>
      )}
      {actions.startThread && (
        <IconButton label="Start a thread from this message" onClick={actions.startThread} className={button}>
          <MessageSquareReply size={16} />
        </IconButton>
      )}
      <Menu
        onOpenChange={onOpenChange}
        trigger={
          <IconButton label="More" className={button}>
            <Ellipsis size={16} />
          </IconButton>
        }
        entries={entriesOf(message, withNames(message.text, nameOf), actions)}
      />
    </div>
  );
}

/** Everything, for where there is no toolbar beside it. */
export function allEntriesOf(message: MessageView, text: string, actions: MessageActionsOf): MenuEntry[] {
  const entries: (MenuEntry | null)[] = [
    actions.reply && { label: 'Reply', picture: <Reply size={18} />, onSelect: actions.reply },
    actions.startThread && {
      label: 'Start a thread',
      picture: <MessageSquareReply size={18} />,
      onSelect: actions.startThread,
    },
  ];
  return [...entries.filter((entry) => entry !== null), ...entriesOf(message, text, actions)];
}

function entriesOf(message: MessageView, text: string, actions: MessageActionsOf): MenuEntry[] {
  const entries: (MenuEntry | null)[] = [
    actions.edit && { label: 'Edit', picture: <Pencil size={15} />, keys: 'E', onSelect: actions.edit },
    { label: 'Copy link', picture: <Link2 size={15} />, keys: 'C', onSelect: actions.copyLink },
    message.text
      ? {
          label: 'Copy text',
          picture: <Copy size={15} />,
          onSelect: () => void navigator.clipboard?.writeText(text),
        }
      : null,
    actions.readers && { label: 'Read by', picture: <CheckCheck size={15} />, onSelect: actions.readers },
    actions.history && { label: 'Edit history', picture: <History size={15} />, onSelect: actions.history },
    actions.report && { label: 'Report …', picture: <Flag size={15} />, onSelect: actions.report },
    actions.moderate && {
      label: 'Mute or ban …',
      picture: <ShieldBan size={15} />,
      onSelect: actions.moderate,
    },
    actions.remove && {
      label: 'Delete',
      picture: <Trash2 size={15} />,
      keys: 'Del',
      isDangerous: true,
      onSelect: actions.remove,
    },
  ];
  return entries.filter((entry) => entry !== null);
}
