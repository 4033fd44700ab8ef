'use client';

import { useMutation } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';
import { reportNoteMaxChars } from '@/shared/limits';
import type { MessageView } from '@/shared/message';
import type { ReportReason } from '@/shared/queue';

export const reasonWords: Record<ReportReason, string> = {
  spam: 'Spam or advertising',
  abuse: 'Abuse or threats',
  illegal: 'Against the law',
  private: 'Private things of somebody',
  other: 'Something else',
};

/** Shows a message to the room's moderators. */
export function ReportDialog({ message, onClose }: { message: MessageView; onClose(): void }) {
  const [reason, setReason] = useState<ReportReason>('spam');
  const [note, setNote] = useState('');
  const id = useId();
  const report = useMutation({
    mutationFn: () =>
      trpc().message.report.mutate({ threadId: message.threadId, id: message.id, reason, note }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    report.mutate();
  };
  if (report.isSuccess)
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title="Thank you">
        <p className="text-md">The moderators of this room will look at the message.</p>
        <div className="mt-5 flex justify-end">
          <Button look="primary" autoFocus onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Report this message"
      description="The moderators of this room see who reported it. Nobody else does."
    >
      <form onSubmit={submit} className="space-y-4">
        <fieldset>
          <legend className="mb-1 text-sm font-medium">What is wrong with it?</legend>
          {Object.entries(reasonWords).map(([value, label]) => (
            <label
              key={value}
              className="flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-3 hover:bg-hover has-checked:bg-accent-soft max-md:min-h-11"
            >
              <input
                type="radio"
                name={`${id}-reason`}
                checked={reason === value}
                onChange={() => setReason(value as ReportReason)}
                className="accent-accent"
              />
              <span className="text-md">{label}</span>
            </label>
          ))}
        </fieldset>
        <Field
          id={`${id}-note`}
          label="Anything to add? (optional)"
          value={note}
          maxLength={reportNoteMaxChars}
          onChange={(event) => setNote(event.target.value)}
          error={report.error ? callErrorOf(report.error).message : null}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={report.isPending}>
            Report
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
