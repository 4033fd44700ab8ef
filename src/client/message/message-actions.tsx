'use client';

import { Ellipsis, MessageSquareReply, Reply, SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { clsx } from 'clsx';
import { Later } from '@/client/lib/later';
import { quickEmoji } from '@/client/message/quick-emoji';
import { EmojiPopover } from '@/client/message/emoji-button';
import { useFacesAt } from '@/client/message/reader-faces';
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
  myId: string | null;
  /** While something of it is open, the row keeps it even when the pointer leaves. */
  onOpenChange(open: boolean): void;
};

/**
 * Floats beside a message's bubble and the faces there, so that it covers nothing that one reads and nothing
 * moves when it comes. Where little room is left, the menu has what it leaves out.
 */
export function MessageActions({ message, actions, isOwn, myId, onOpenChange }: Props) {
  const hasFaces = useFacesAt(message.seq, message.author.id, myId).others.length > 0;
  const [isPicking, setIsPicking] = useState(false);
  const openPicker = (open: boolean) => {
    setIsPicking(open);
    onOpenChange(open);
  };
  const react = (emoji: string) => {
    actions.react?.(emoji);
    openPicker(false);
  };
  const button = '!size-7';
  const trigger = { label: 'More', picture: <Ellipsis size={16} />, className: button, onOpenChange };
  return (
    <div className={clsx('@container absolute inset-x-0', hasFaces && (isOwn ? 'mr-16' : 'ml-16'))}>
      <div
        role="toolbar"
        aria-label="Message actions"
        className={clsx(
          'absolute z-10 flex items-center rounded-lg border bg-raised p-0.5 shadow-float',
          isOwn ? 'right-[min(0px,calc(100%-2.125rem))]' : 'left-[min(0px,calc(100%-2.125rem))]',
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
                className="grid size-7 place-items-center rounded-control text-md hover:bg-hover @max-[202px]:hidden"
              >
                {emoji}
              </button>
            ))}
            <PopoverButton
              label="React"
              picture={<SmilePlus size={16} />}
              className={`${button} @max-[62px]:!hidden`}
              open={isPicking}
              onOpenChange={openPicker}
              intent={EmojiPopover.intent}
            >
              {(floating) => <EmojiPopover {...floating} onPick={react} />}
            </PopoverButton>
          </>
        )}
        {actions.reply && (
          <IconButton label="Reply" onClick={actions.reply} className={`${button} @max-[90px]:!hidden`}>
            <Reply size={16} />
          </IconButton>
        )}
        {actions.startThread && (
          <IconButton
            label="Start a thread from this message"
            onClick={actions.startThread}
            className={`${button} @max-[118px]:!hidden`}
          >
            <MessageSquareReply size={16} />
          </IconButton>
        )}
        <MenuButton {...trigger} later={menu}>
          {(code, openedBy) => (
            <code.MessageMenu {...trigger} message={message} actions={actions} openedBy={openedBy} />
          )}
        </MenuButton>
      </div>
    </div>
  );
}
