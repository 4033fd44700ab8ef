'use client';

import { TitleForm } from '@/client/thread/title-form';
import { useThreadChange } from '@/client/thread/use-thread-change';
import { Dialog } from '@/client/ui/dialog';

type Props = { thread: { id: string; title: string }; onClose(): void };

export function RenameThreadDialog({ thread, onClose }: Props) {
  const change = useThreadChange();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Rename thread">
      <TitleForm
        title={thread.title}
        verb="Rename"
        isPending={change.isPending}
        error={change.error}
        onSubmit={(title) => change.mutate({ verb: 'update', id: thread.id, title }, { onSuccess: onClose })}
        onCancel={onClose}
      />
    </Dialog>
  );
}
