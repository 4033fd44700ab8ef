'use client';

import { useState } from 'react';
import { lazily } from '@/client/lib/lazily';
import { useSession } from '@/client/user/use-me';

const ClaimDialog = lazily(async () => (await import('@/client/inbox/claim-dialog')).ClaimDialog);

const leftKey = 'foyer.left';

/** A visitor that the person does not want to be asked about again, with the account they said so for. */
function wasLeft(pair: string): boolean {
  try {
    return localStorage.getItem(leftKey) === pair;
  } catch {
    return false;
  }
}

function leave(pair: string): void {
  try {
    localStorage.setItem(leftKey, pair);
  } catch {
    // Storage is closed to us: it is asked again at the next visit.
  }
}

/** After signing in: asks whether what the visitor of this browser wrote belongs to the account. */
export function Claim() {
  const session = useSession();
  const [isClosed, setIsClosed] = useState(false);
  const visitor = session?.visitor;
  if (!visitor || !session.me) return null;
  const pair = `${visitor.id} ${session.me.id}`;
  if (isClosed || wasLeft(pair)) return null;
  const close = () => setIsClosed(true);
  return (
    <ClaimDialog
      visitorName={visitor.name}
      onLeave={() => {
        leave(pair);
        close();
      }}
      onClose={close}
    />
  );
}
