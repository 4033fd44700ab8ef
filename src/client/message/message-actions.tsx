'use client';

import { Ellipsis, MessageSquareReply, Reply, SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { clsx } from 'clsx';
import { Later } from '@/client/lib/later';
import { quickEmoji } from '@/client/message/quick-emoji';
import { EmojiPopover } from '@/client/message/emoji-button';
import { IconButton } from '@/client/ui/button';
import { MenuButton } from '@/client/ui/menu-button';
import { PopoverButton } from '@/client/ui/popover-button';
import type { MessageView } from '@/shared/message';

const menu = new Later(() => import('@/client/message/message-menu'));

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
  const trigger = { label: 'More', picture: <Ellipsis size={16} />, className: button, onOpenChange };
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
          <PopoverButton
            label="React"
            picture={<SmilePlus size={16} />}
            className={button}
            open={isPicking}
            onOpenChange={openPicker}
            intent={EmojiPopover.intent}
          >
            {(floating) => <EmojiPopover {...floating} onPick={react} />}
          </PopoverButton>
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
      <MenuButton {...trigger} later={menu}>
        {(code, openedBy) => (
          <code.MessageMenu {...trigger} message={message} actions={actions} openedBy={openedBy} />
        )}
      </MenuButton>
    </div>
  );
}
