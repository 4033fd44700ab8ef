'use client';

import { useEffect, useState, type FormEvent } from 'react';
import { inboxPath, signInPath } from '@/client/paths';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button, LinkButton } from '@/client/ui/button';
import { NewPasswordField } from '@/client/user/credential-fields';
import { AuthPage, FormError } from '@/client/user/auth-page';

/** The token after the #, which no server sees and no link passes on; it leaves the address at once. */
function useToken(): string | null {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => {
    const found = window.location.hash.slice(1);
    if (found) setToken(found);
    window.history.replaceState(null, '', window.location.pathname);
  }, []);
  return token;
}

function useDoing() {
  const [state, setState] = useState<{ isBusy: boolean; isDone: boolean; problem: string | null }>({
    isBusy: false,
    isDone: false,
    problem: null,
  });
  const run = (work: () => Promise<unknown>) => {
    setState({ isBusy: true, isDone: false, problem: null });
    work().then(
      () => setState({ isBusy: false, isDone: true, problem: null }),
      (cause: unknown) => setState({ isBusy: false, isDone: false, problem: callErrorOf(cause).message }),
    );
  };
  return { ...state, run };
}

/** Sets a new password with a link that works once. */
export function ResetPage() {
  const token = useToken();
  const [password, setPassword] = useState('');
  const { isBusy, isDone, problem, run } = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(() => trpc().user.resetPassword.mutate({ token: token ?? '', password }));
  };
  if (isDone)
    return (
      <AuthPage title="Your password is new">
        <p className="mb-4 text-md text-soft">Every browser was signed out. Sign in with the new password.</p>
        <LinkButton look="primary" href={signInPath()}>
          Sign in
        </LinkButton>
      </AuthPage>
    );
  return (
    <AuthPage title="Choose a new password">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <NewPasswordField id="password" value={password} onValue={setPassword} />
        <Button look="primary" type="submit" disabled={isBusy || !token}>
          Save
        </Button>
      </form>
      <FormError>{problem}</FormError>
    </AuthPage>
  );
}

/** Makes whoever is here the admin, with the link of the first start. */
export function AdminPage() {
  const token = useToken();
  const { isBusy, isDone, problem, run } = useDoing();
  return (
    <AuthPage title={isDone ? 'You are the admin' : 'Look after this Foyer'}>
      <p className="mb-4 text-md text-soft">
        {isDone
          ? 'Make an account soon, if you have none: a visitor lives in one browser.'
          : 'Whoever uses this link becomes the admin of this Foyer. It works once.'}
      </p>
      {isDone ? (
        <LinkButton look="primary" href={inboxPath}>
          Go in
        </LinkButton>
      ) : (
        <Button
          look="primary"
          disabled={isBusy || !token}
          onClick={() => run(() => trpc().user.becomeAdmin.mutate({ token: token ?? '' }))}
        >
          Become the admin
        </Button>
      )}
      <FormError>{problem}</FormError>
    </AuthPage>
  );
}
