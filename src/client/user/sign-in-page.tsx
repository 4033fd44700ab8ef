'use client';

import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { askSession } from '@/client/identity-check';
import { inboxPath, registerPath } from '@/client/paths';
import { Button } from '@/client/ui/button';
import { EmailField, PasswordField } from '@/client/user/credential-fields';
import { signIn, signInSentence, signInWith } from '@/client/user/auth-calls';
import { AuthPage, FormError } from '@/client/user/auth-page';

type Props = { why: 'ended' | 'moved' | null; error: string | null };

const reasons = {
  ended: 'You were signed out here. Sign in again to go on.',
  moved: 'Who you were in this browser was moved to an account, or to another browser. Sign in to go on.',
};
const unreachable = 'The server cannot be reached. Try again in a moment.';

export function SignInPage({ why, error }: Props) {
  const [fields, setFields] = useState({ email: '', password: '' });
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState(signInSentence({ error, retryAfterSeconds: null }));
  const { data } = useQuery({ queryKey: ['sign-in'], queryFn: askSession });
  const providers = data?.session?.signIn.providers ?? [];
  const run = async (work: () => ReturnType<typeof signIn>) => {
    setIsBusy(true);
    try {
      const answer = await work();
      setProblem(signInSentence(answer));
      return answer.error === null;
    } catch {
      setProblem(unreachable);
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => signIn(fields.email, fields.password))) window.location.assign(inboxPath);
  };
  return (
    <AuthPage
      title="Sign in"
      after={
        <>
          New here?{' '}
          <a href={registerPath} className="font-medium text-accent underline-offset-2 hover:underline">
            Create an account
          </a>{' '}
          or{' '}
          <a href={inboxPath} className="font-medium text-accent underline-offset-2 hover:underline">
            go on as a visitor
          </a>
        </>
      }
    >
      {why && <p className="mb-4 text-md text-soft">{reasons[why]}</p>}
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <EmailField
          id="email"
          autoFocus
          value={fields.email}
          onValue={(email) => setFields({ ...fields, email })}
        />
        <PasswordField
          id="password"
          value={fields.password}
          onValue={(password) => setFields({ ...fields, password })}
        />
        <Button look="primary" type="submit" disabled={isBusy} className="mt-1">
          Sign in
        </Button>
      </form>
      <FormError>{problem}</FormError>
      {providers.length > 0 && (
        <div className="mt-5 flex flex-col gap-2 border-t pt-5">
          {providers.map(({ id, name }) => (
            <Button key={id} disabled={isBusy} onClick={() => void run(() => signInWith(id))}>
              Continue with {name}
            </Button>
          ))}
        </div>
      )}
    </AuthPage>
  );
}
