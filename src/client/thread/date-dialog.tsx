'use client';

import { useMutation } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { localDateOf } from '@/client/lib/format-time';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';

/**
 * Asks for a day, in the reader's own time zone.
 * @param onPick goes to the first message at or after this moment; the dialog closes when it has
 */
export function DateDialog({ onPick, onClose }: { onPick(since: Date): Promise<void>; onClose(): void }) {
  const [today] = useState(() => localDateOf(new Date()));
  const [date, setDate] = useState(today);
  const id = useId();
  const pick = useMutation({ mutationFn: onPick, onSuccess: onClose });
  // Without a zone it is the reader's own midnight.
  const since = new Date(`${date}T00:00:00`);
  const isDate = !Number.isNaN(since.getTime());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDate) pick.mutate(since);
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Go to a date">
      <form onSubmit={submit}>
        <Field
          id={id}
          type="date"
          label="Day"
          value={date}
          max={today}
          autoFocus
          onChange={(event) => setDate(event.target.value)}
          error={pick.error ? callErrorOf(pick.error).message : null}
        />
        <div className="mt-5 flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={pick.isPending || !isDate}>
            Go there
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
