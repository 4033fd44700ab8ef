'use client';

import { useId, useState, type FormEvent } from 'react';
import { useThreadChange } from '@/client/thread/use-thread-change';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';
import { titleMaxChars, titleMinChars } from '@/shared/limits';

type Props = { thread: { id: string; title: string }; onClose(): void };

export function RenameThreadDialog({ thread, onClose }: Props) {
  const [title, setTitle] = useState(thread.title);
  const change = useThreadChange();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ verb: 'update', id: thread.id, title }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Rename thread">
      <form onSubmit={submit}>
        <Field
          id={id}
          label="Title"
          value={title}
          autoFocus
          dir="auto"
          maxLength={titleMaxChars}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTitle(event.target.value)}
          error={change.error ? callErrorOf(change.error).message : null}
        />
        <div className="mt-5 flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            type="submit"
            disabled={change.isPending || [...title.trim()].length < titleMinChars}
          >
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
