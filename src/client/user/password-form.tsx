'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { FormError } from '@/client/user/auth-page';
import { Done } from '@/client/user/settings-section';
import { passwordMaxChars, passwordMinChars } from '@/shared/limits';

const empty = { current: '', password: '' };

export function PasswordForm() {
  const [fields, setFields] = useState(empty);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (input: typeof fields) => trpc().user.changePassword.mutate(input),
    async onSuccess() {
      setFields(empty);
      await queryClient.invalidateQueries({ queryKey: ['account'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(fields);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        id="password-current"
        label="Present password"
        type="password"
        autoComplete="current-password"
        required
        value={fields.current}
        onChange={(event) => setFields({ ...fields, current: event.target.value })}
      />
      <Field
        id="password-new"
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        minLength={passwordMinChars}
        maxLength={passwordMaxChars}
        value={fields.password}
        onChange={(event) => setFields({ ...fields, password: event.target.value })}
      />
      <div className="flex items-center gap-3">
        <Button type="submit" disabled={change.isPending}>
          Change password
        </Button>
        <Done>{change.isSuccess && 'Changed. Every other browser was signed out.'}</Done>
      </div>
      <FormError>{change.error && callErrorOf(change.error).message}</FormError>
    </form>
  );
}
