'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { newSecret, rememberVisitorName, replaceSecret } from '@/client/identity';
import { leaveFor, plainCalls, whileChanging } from '@/client/identity-check';
import { inboxPath } from '@/client/paths';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { FormError } from '@/client/user/auth-page';

/** In groups, so that it can be written down. */
const grouped = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');

/** Makes the code that brings this visitor into another browser, and shows it once. */
export function RecoveryCode({ hasCode }: { hasCode: boolean }) {
  const queryClient = useQueryClient();
  const make = useMutation({
    mutationFn: () => trpc().user.recoveryCode.mutate(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['account'] }),
  });
  return (
    <>
      {make.data && (
        <div className="mb-4 rounded-control border bg-surface p-3">
          <p className="font-mono text-base break-all select-all" data-testid="recovery-code">
            {grouped(make.data.code)}
          </p>
          <p className="mt-1 text-sm text-soft">
            Write it down now: it is not shown again. Whoever has it can become you.
          </p>
        </div>
      )}
      <Button disabled={make.isPending} onClick={() => make.mutate()}>
        {hasCode || make.data ? 'Make a new code' : 'Make a recovery code'}
      </Button>
      {hasCode && !make.data && (
        <p className="mt-2 text-sm text-soft">You have one already. A new one makes it worthless.</p>
      )}
      <FormError>{make.error && callErrorOf(make.error).message}</FormError>
    </>
  );
}

/** Becomes the visitor that a code was made for: this browser gets a secret of their own. */
export function RecoverForm() {
  const [code, setCode] = useState('');
  const recover = useMutation({
    mutationFn: () =>
      whileChanging(async () => {
        const secret = newSecret();
        const { name } = await plainCalls().user.recover.mutate({ code, secret });
        rememberVisitorName(name);
        replaceSecret(secret);
        leaveFor(inboxPath);
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recover.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <Field
        id="recovery-code"
        className="min-w-60 flex-1"
        label="Recovery code"
        autoComplete="off"
        required
        maxLength={80}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" disabled={recover.isPending}>
        Come back
      </Button>
      <FormError>{recover.error && callErrorOf(recover.error).message}</FormError>
    </form>
  );
}
