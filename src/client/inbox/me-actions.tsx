'use client';

import { useState } from 'react';
import { signOut } from '@/client/inbox/sign-out';
import { outbox } from '@/client/message/use-outbox';
import { accountPath, registerPath, signInPath } from '@/client/paths';
import { Button, LinkButton } from '@/client/ui/button';
import type { Me } from '@/client/user/use-me';

/** Beneath one's name: the way to an account, or out of it. */
export function MeActions({ me }: { me: Me }) {
  return me.kind === 'registered' ? <AccountActions /> : <VisitorActions />;
}

const VisitorActions = () => (
  <div>
    <p className="mb-3 text-md text-soft">
      You are a visitor in this browser. With an account you are the same person everywhere.
    </p>
    <div className="flex flex-wrap gap-2">
      <LinkButton href={registerPath}>Create an account</LinkButton>
      <LinkButton href={signInPath()}>Sign in</LinkButton>
      <LinkButton look="quiet" href={accountPath}>
        More
      </LinkButton>
    </div>
  </div>
);

function AccountActions() {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <LinkButton href={accountPath}>Account settings</LinkButton>
      <SignOutButton />
    </div>
  );
}

/** Asks first when something has not been sent: it would be lost. */
export function SignOutButton() {
  const [unsent, setUnsent] = useState(0);
  const [problem, setProblem] = useState('');
  const leave = () => {
    setProblem('');
    signOut().catch(() => setProblem('The server cannot be reached, so you are still signed in.'));
  };
  const ask = () => {
    const count = outbox().unsentCount();
    if (count > 0) setUnsent(count);
    else leave();
  };
  if (unsent > 0)
    return (
      <div role="alertdialog" aria-label="Unsent messages" className="w-full text-md">
        <p className="mb-3 text-amber">
          {unsent === 1 ? 'One thing has not been sent yet.' : `${unsent} things have not been sent yet.`}{' '}
          Signing out throws them away.
        </p>
        <div className="flex gap-2">
          <Button onClick={leave}>Sign out all the same</Button>
          <Button look="quiet" onClick={() => setUnsent(0)}>
            Stay
          </Button>
        </div>
      </div>
    );
  return (
    <>
      <Button look="quiet" onClick={ask}>
        Sign out
      </Button>
      {problem && (
        <p role="alert" className="w-full text-sm text-red">
          {problem}
        </p>
      )}
    </>
  );
}
