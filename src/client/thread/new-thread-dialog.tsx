'use client';

import { go, threadPath } from '@/client/paths';
import { TitleForm } from '@/client/thread/title-form';
import { useCreateThread } from '@/client/thread/use-threads';
import { Dialog } from '@/client/ui/dialog';

type Props = { room: { id: string; name: string }; onClose(): void };

export function NewThreadDialog({ room, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`New thread in ${room.name}`}
      description="One subject, kept together."
    >
      <NewThreadForm roomId={room.id} onDone={onClose} />
    </Dialog>
  );
}

/** Mounted with each opening: what was refused before is forgotten. */
function NewThreadForm({ roomId, onDone }: { roomId: string; onDone(): void }) {
  const create = useCreateThread();
  return (
    <TitleForm
      verb="Start thread"
      isPending={create.isPending}
      error={create.error}
      onSubmit={(title) =>
        create.mutate(
          { roomId, title },
          {
            onSuccess(thread) {
              onDone();
              go(threadPath(thread));
            },
          },
        )
      }
      onCancel={onDone}
    />
  );
}
