'use client';

import { useState } from 'react';
import { forgetMe } from '@/client/inbox/sign-out';
import { Button } from '@/client/ui/button';

/** Asks first: without a recovery code nobody can become this visitor again. */
export function ForgetButton({ hasCode }: { hasCode: boolean }) {
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking) return <Button onClick={() => setIsAsking(true)}>Forget me on this computer</Button>;
  return (
    <div role="alertdialog" aria-label="Forget me" className="text-md">
      <p className="mb-3 text-amber">
        {hasCode
          ? 'You can come back with your recovery code only.'
          : 'You have no recovery code, so nobody can become you again, and you cannot either.'}
      </p>
      <div className="flex gap-2">
        <Button onClick={() => void forgetMe()}>Forget me</Button>
        <Button look="quiet" onClick={() => setIsAsking(false)}>
          Stay
        </Button>
      </div>
    </div>
  );
}
