'use client';

import { countOf } from '@/client/lib/format-time';
import { useThreadChange } from '@/client/thread/use-thread-change';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';

type Props = { thread: { id: string; title: string }; messageCount: number; onClose(): void; onDone(): void };

const wordsOf = (messageCount: number) => {
  if (messageCount === 0) return 'Nothing has been written in it.';
  if (messageCount === 1) return 'Its one message goes with it, for everybody. There is no way back.';
  return `Its ${countOf(messageCount)} messages go with it, for everybody. There is no way back.`;
};

/** Says what will be lost, and does nothing before it was answered. */
export function DeleteThreadDialog({ thread, messageCount, onClose, onDone }: Props) {
  const change = useThreadChange();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this thread?"
      description={wordsOf(messageCount)}
    >
      <p dir="auto" className="rounded-lg border bg-surface px-3 py-2 text-md font-medium">
        {thread.title}
      </p>
      {change.error && (
        <p role="alert" className="mt-2 text-sm text-red">
          {callErrorOf(change.error).message}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button look="quiet" autoFocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          look="danger"
          disabled={change.isPending}
          // The news of it may take the dialog away before the answer comes.
          onClick={() => {
            change.mutateAsync({ verb: 'delete', id: thread.id }).then(onDone, () => undefined);
          }}
        >
          Delete thread
        </Button>
      </div>
    </Dialog>
  );
}
