'use client';

import { useId, useState, type FormEvent } from 'react';
import { go, threadPath } from '@/client/paths';
import { useCreateThread } from '@/client/thread/use-threads';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';
import { titleMaxChars, titleMinChars } from '@/shared/limits';

type Props = { room: { id: string; name: string }; open: boolean; onOpenChange(open: boolean): void };

export function NewThreadDialog({ room, open, onOpenChange }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`New thread in ${room.name}`}
      description="One subject, kept together."
    >
      <NewThreadForm roomId={room.id} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function NewThreadForm({ roomId, onDone }: { roomId: string; onDone(): void }) {
  const [title, setTitle] = useState('');
  const create = useCreateThread();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { roomId, title },
      {
        onSuccess(thread) {
          onDone();
          go(threadPath(thread));
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Field
        id={id}
        label="Title"
        value={title}
        autoFocus
        dir="auto"
        maxLength={titleMaxChars}
        onChange={(event) => setTitle(event.target.value)}
        error={create.error ? callErrorOf(create.error).message : null}
      />
      <div className="mt-5 flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button
          look="primary"
          type="submit"
          disabled={create.isPending || [...title.trim()].length < titleMinChars}
        >
          Start thread
        </Button>
      </div>
    </form>
  );
}
