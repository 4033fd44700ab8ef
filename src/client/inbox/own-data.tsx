'use client';

import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { forgetMe, signOut } from '@/client/inbox/sign-out';
import { credentialHeaders } from '@/client/identity';
import { whileChanging } from '@/client/identity-check';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { FormError } from '@/client/user/auth-page';
import type { AccountView } from '@/shared/account';

/** Fetched with the visitor's secret in a header, which a plain link could not send, and saved as a file. */
async function saveExport(format: 'json' | 'html'): Promise<void> {
  const answer = await fetch(`/api/export?format=${format}`, { headers: credentialHeaders() });
  if (!answer.ok) throw new Error(answer.status === 429 ? 'too_fast' : 'failed');
  const url = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: `foyer-export.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Everything about the person, to take along. */
export function ExportButtons() {
  const save = useMutation({ mutationFn: saveExport });
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button disabled={save.isPending} onClick={() => save.mutate('html')}>
          Download to read
        </Button>
        <Button disabled={save.isPending} onClick={() => save.mutate('json')}>
          Download as JSON
        </Button>
      </div>
      <FormError>
        {save.error &&
          (save.error.message === 'too_fast'
            ? 'You have asked for that a few times already. Try again in an hour.'
            : 'The download did not work. Try again.')}
      </FormError>
    </>
  );
}

const choices = [
  { texts: 'keep', words: 'Keep what I wrote, as “Deleted user”' },
  { texts: 'remove', words: 'Remove what I wrote as well' },
] as const;

/** Erases the person, after asking for what only they know or would type. */
export function EraseForm({ account }: { account: AccountView }) {
  const [isOpen, setIsOpen] = useState(false);
  const [texts, setTexts] = useState<'keep' | 'remove'>('keep');
  const [proof, setProof] = useState('');
  const erase = useMutation({
    mutationFn: () =>
      whileChanging(async () => {
        await trpc().user.erase.mutate({ texts, proof });
        await forgetMe();
      }),
  });
  if (!isOpen) return <Button onClick={() => setIsOpen(true)}>Erase me …</Button>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <fieldset className="text-md">
        <legend className="mb-1.5">
          Your name, profile and sign-in go for good. What about your messages?
        </legend>
        {choices.map((choice) => (
          <label key={choice.texts} className="flex min-h-8 items-center gap-2.5 max-md:min-h-11">
            <input
              type="radio"
              name="texts"
              className="size-4 accent-accent"
              checked={texts === choice.texts}
              onChange={() => setTexts(choice.texts)}
            />
            {choice.words}
          </label>
        ))}
      </fieldset>
      <ProofField id="erase-proof" account={account} value={proof} onChange={setProof} />
      <div className="flex gap-2">
        <Button type="submit" disabled={erase.isPending} className="text-red">
          Erase me for good
        </Button>
        <Button look="quiet" onClick={() => setIsOpen(false)}>
          Cancel
        </Button>
      </div>
      <FormError>{erase.error && callErrorOf(erase.error).message}</FormError>
    </form>
  );
}

/** Lets the account rest: nobody is signed in to it until its person comes back. */
export function DeactivateForm({ account }: { account: AccountView }) {
  const [isOpen, setIsOpen] = useState(false);
  const [proof, setProof] = useState('');
  const deactivate = useMutation({
    mutationFn: () =>
      whileChanging(async () => {
        await trpc().user.deactivate.mutate({ proof });
        await signOut();
      }),
  });
  if (!isOpen) return <Button onClick={() => setIsOpen(true)}>Deactivate my account …</Button>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    deactivate.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ProofField id="deactivate-proof" account={account} value={proof} onChange={setProof} />
      <div className="flex gap-2">
        <Button type="submit" disabled={deactivate.isPending}>
          Deactivate
        </Button>
        <Button look="quiet" onClick={() => setIsOpen(false)}>
          Cancel
        </Button>
      </div>
      <FormError>{deactivate.error && callErrorOf(deactivate.error).message}</FormError>
    </form>
  );
}

/** What only the person knows, or would not type by accident. */
const ProofField = ({
  id,
  account,
  value,
  onChange,
}: {
  id: string;
  account: AccountView;
  value: string;
  onChange(value: string): void;
}) => (
  <Field
    id={id}
    label={account.hasPassword ? 'Your password' : `Type your name: ${account.name}`}
    type={account.hasPassword ? 'password' : 'text'}
    autoComplete={account.hasPassword ? 'current-password' : 'off'}
    required
    value={value}
    onChange={(event) => onChange(event.target.value)}
  />
);
