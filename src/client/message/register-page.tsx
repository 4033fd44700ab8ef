'use client';

import { useQuery } from '@tanstack/react-query';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { knownSecret, replaceSecret, visitorName } from '@/client/identity';
import { askSession, plainCalls, whileChanging } from '@/client/identity-check';
import { takeOverFrom } from '@/client/message/use-outbox';
import { inboxPath, signInPath } from '@/client/paths';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { EmailField, NewPasswordField } from '@/client/user/credential-fields';
import { signIn, signInSentence } from '@/client/user/auth-calls';
import { AuthPage, FormError } from '@/client/user/auth-page';
import { nameMaxChars, passwordMinChars } from '@/shared/limits';

const nothing = () => () => undefined;

export function RegisterPage() {
  const suggested = useSyncExternalStore(nothing, visitorName, () => '');
  const { data } = useQuery({ queryKey: ['sign-in'], queryFn: askSession });
  const visitor = data?.session?.me?.kind === 'visitor' ? data.session.me : null;
  const [fields, setFields] = useState({ email: '', password: '' });
  const [ownName, setName] = useState<string | null>(null);
  const [keeps, setKeeps] = useState(true);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = ownName ?? visitor?.name ?? suggested;
  const keepVisitor = visitor !== null && keeps;
  const canRegister = data?.session?.signIn.canRegister ?? true;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    try {
      const said = await whileChanging(() => register({ ...fields, name, keepVisitor }));
      if (said === null) return window.location.assign(inboxPath);
      setProblem(said);
    } catch (cause) {
      setProblem(callErrorOf(cause).message);
    }
    setIsBusy(false);
  };
  return (
    <AuthPage
      title="Create an account"
      after={
        <>
          Have one already?{' '}
          <a href={signInPath()} className="font-medium text-accent underline-offset-2 hover:underline">
            Sign in
          </a>
        </>
      }
    >
      {!canRegister && <p className="mb-4 text-md text-soft">Nobody can register here at the moment.</p>}
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field
          id="name"
          label="Name"
          autoComplete="nickname"
          required
          maxLength={nameMaxChars}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <EmailField id="email" value={fields.email} onValue={(email) => setFields({ ...fields, email })} />
        <NewPasswordField
          id="password"
          label="Password"
          hint={`At least ${passwordMinChars} characters. A few words in a row are easy to keep.`}
          value={fields.password}
          onValue={(password) => setFields({ ...fields, password })}
        />
        {visitor && (
          <fieldset className="text-md">
            <legend className="mb-1.5">
              You have been here as <b className="font-medium">{visitor.name}</b>.
            </legend>
            {[
              { value: true, words: 'Keep everything I wrote and read in my account' },
              { value: false, words: 'Begin anew, and leave it behind' },
            ].map(({ value, words }) => (
              <label key={words} className="flex min-h-8 items-center gap-2.5 max-md:min-h-11">
                <input
                  type="radio"
                  name="keep"
                  checked={keeps === value}
                  onChange={() => setKeeps(value)}
                  className="size-4 accent-accent"
                />
                {words}
              </label>
            ))}
          </fieldset>
        )}
        <Button look="primary" type="submit" disabled={isBusy || !canRegister} className="mt-1">
          Create account
        </Button>
      </form>
      <FormError>{problem}</FormError>
    </AuthPage>
  );
}

type Wish = { email: string; password: string; name: string; keepVisitor: boolean };

/** Registers, signs in, and takes along what still waits to be sent. @returns what went wrong, in words */
async function register(wish: Wish): Promise<string | null> {
  const secret = knownSecret();
  await plainCalls().user.register.mutate(wish);
  const answer = await signIn(wish.email, wish.password);
  if (answer.error === 'CredentialsSignin')
    return 'This did not work. There may be an account with this e-mail address already: sign in to it.';
  if (answer.error) return signInSentence(answer);
  if (wish.keepVisitor && secret) {
    await takeOverFrom(secret);
    replaceSecret(null);
  }
  return null;
}
