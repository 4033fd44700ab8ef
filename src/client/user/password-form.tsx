'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { NewPasswordField, PasswordField } from '@/client/user/credential-fields';
import { FormError } from '@/client/user/auth-page';
import { Done } from '@/client/user/settings-section';

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
      <PasswordField
        id="password-current"
        label="Present password"
        value={fields.current}
        onValue={(current) => setFields({ ...fields, current })}
      />
      <NewPasswordField
        id="password-new"
        value={fields.password}
        onValue={(password) => setFields({ ...fields, password })}
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
