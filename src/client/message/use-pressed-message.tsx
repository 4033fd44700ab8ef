import { useCallback, useState, type ReactNode, type RefObject } from 'react';
import { lazily } from '@/client/lib/lazily';
import { useLongPress } from '@/client/lib/use-long-press';
import type { MessageDialogName } from '@/client/message/message-dialog';
import { MessageDialog, type RowSetting } from '@/client/message/message-slot';
import type { ThreadFeed } from '@/client/message/thread-feed';
import type { MessageView } from '@/shared/message';

const MessageSheet = lazily(async () => (await import('@/client/message/message-sheet')).MessageSheet);

/** A long press on a row opens what can be done with its message. */
export function usePressedMessage(
  root: RefObject<HTMLElement | null>,
  feed: ThreadFeed,
  setting: RowSetting,
): ReactNode {
  const [pressed, setPressed] = useState<MessageView | null>(null);
  const [opened, setOpened] = useState<{ dialog: MessageDialogName; message: MessageView } | null>(null);
  const onPress = useCallback(
    (row: HTMLElement) => {
      const message = feed.messageAt(Number(row.dataset['seq']));
      if (message && !message.deletedAt) setPressed(message);
    },
    [feed],
  );
  useLongPress(root, '[data-seq]', onPress);
  return (
    <>
      {pressed && (
        <MessageSheet
          message={pressed}
          setting={setting}
          onOpen={(dialog) => setOpened({ dialog, message: pressed })}
          onClose={() => setPressed(null)}
        />
      )}
      {opened && <MessageDialog {...opened} roomId={setting.roomId} onClose={() => setOpened(null)} />}
    </>
  );
}
