'use client';

import { useState } from 'react';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';

export type Question = {
  title: string;
  text: string;
  /** What the button says, a verb. */
  verb: string;
  isDangerous?: boolean;
  /** The sentence of a failure is shown in the dialog, which then stays open. */
  onConfirm(): Promise<unknown>;
};

/** Asks once before something that is not easily taken back; null is closed. */
export function ConfirmDialog({
  question,
  onClose,
  wordsOf,
}: {
  question: Question | null;
  onClose(): void;
  wordsOf(cause: unknown): string;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await question?.onConfirm();
      close();
    } catch (cause) {
      setError(wordsOf(cause));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      open={question !== null}
      onOpenChange={(open) => !open && close()}
      title={question?.title ?? ''}
      description={question?.text}
    >
      {error && (
        <p role="alert" className="mb-3 text-sm text-red">
          {error}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
        <Button
          look={question?.isDangerous ? 'danger' : 'primary'}
          disabled={isBusy}
          onClick={() => void confirm()}
        >
          {question?.verb}
        </Button>
      </div>
    </Dialog>
  );
}
