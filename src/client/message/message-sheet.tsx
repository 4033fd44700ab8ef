'use client';

import { quickEmoji } from '@/client/message/quick-emoji';
import { entriesOf } from '@/client/message/message-entries';
import type { MessageDialogName } from '@/client/message/message-dialog';
import { actionsOf, type RowSetting } from '@/client/message/message-slot';
import { useNameOf } from '@/client/message/use-feed';
import { Sheet } from '@/client/ui/sheet';
import { withNames } from '@/shared/markdown-words';
import type { MessageView } from '@/shared/message';

type Props = {
  message: MessageView;
  setting: RowSetting;
  onOpen(dialog: MessageDialogName): void;
  onClose(): void;
};

/** What can be done with a message, after a long press. */
export function MessageSheet({ message, setting, onOpen, onClose }: Props) {
  const nameOf = useNameOf();
  const isOwn = message.author.id === setting.myId;
  const actions = actionsOf(setting, message, { isOwn, open: onOpen });
  const { react } = actions;
  return (
    <Sheet
      title="Message actions"
      entries={entriesOf(message, withNames(message.text, nameOf), actions)}
      onClose={onClose}
    >
      {react && (
        <div className="flex justify-between px-1 pb-1.5" role="group" aria-label="React">
          {quickEmoji.map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-label={`React with ${emoji}`}
              onClick={() => {
                react(emoji);
                onClose();
              }}
              className="grid size-12 place-items-center rounded-full text-xl active:bg-hover"
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
    </Sheet>
  );
}
