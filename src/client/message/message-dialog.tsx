'use client';

import { HistoryDialog } from '@/client/message/history-dialog';
import { ModerateDialog } from '@/client/message/moderate-dialog';
import { ReadersDialog } from '@/client/message/readers-dialog';
import { ReportDialog } from '@/client/message/report-dialog';
import { usePerson } from '@/client/message/use-feed';
import type { MessageView } from '@/shared/message';

/** What a message's actions can open. */
export type MessageDialogName = 'history' | 'readers' | 'report' | 'moderate';

type Props = { dialog: MessageDialogName; message: MessageView; roomId: string; onClose(): void };

export function MessageDialog({ dialog, message, roomId, onClose }: Props) {
  const author = usePerson(message.author.id);
  switch (dialog) {
    case 'history':
      return <HistoryDialog message={message} onClose={onClose} />;
    case 'readers':
      return <ReadersDialog message={message} onClose={onClose} />;
    case 'report':
      return <ReportDialog message={message} onClose={onClose} />;
    case 'moderate':
      return author ? <ModerateDialog roomId={roomId} person={author} onClose={onClose} /> : null;
  }
}
