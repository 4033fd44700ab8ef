'use client';

import { DateDialog } from '@/client/thread/date-dialog';
import { DeleteThreadDialog } from '@/client/thread/delete-thread-dialog';
import { RenameThreadDialog } from '@/client/thread/rename-thread-dialog';

/** What a thread's actions can open. */
export type ThreadDialogName = 'rename' | 'date' | 'delete';

type Props = {
  dialog: ThreadDialogName;
  thread: { id: string; title: string };
  messageCount: number;
  onPickDate(since: Date): Promise<void>;
  onClose(): void;
  onDeleted(): void;
};

export function ThreadDialog({ dialog, thread, messageCount, onPickDate, onClose, onDeleted }: Props) {
  switch (dialog) {
    case 'rename':
      return <RenameThreadDialog thread={thread} onClose={onClose} />;
    case 'date':
      return <DateDialog onPick={onPickDate} onClose={onClose} />;
    case 'delete':
      return (
        <DeleteThreadDialog
          thread={thread}
          messageCount={messageCount}
          onClose={onClose}
          onDone={onDeleted}
        />
      );
  }
}
