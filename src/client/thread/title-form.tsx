import { useId, useState } from 'react';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { titleMaxChars, titleMinChars } from '@/shared/limits';

type Props = {
  /** The title so far; it is selected, so that typing replaces it. */
  title?: string;
  verb: string;
  isPending: boolean;
  error: unknown;
  onSubmit(title: string): void;
  onCancel(): void;
};

/** Asks for a thread's title. */
export function TitleForm({ title: before = '', verb, isPending, error, onSubmit, onCancel }: Props) {
  const [title, setTitle] = useState(before);
  const id = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(title);
      }}
    >
      <Field
        id={id}
        label="Title"
        value={title}
        autoFocus
        dir="auto"
        maxLength={titleMaxChars}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTitle(event.target.value)}
        error={error ? callErrorOf(error).message : null}
      />
      <div className="mt-5 flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={isPending || [...title.trim()].length < titleMinChars}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
