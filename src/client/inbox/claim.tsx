'use client';

import { useState } from 'react';
import { Later, useLater } from '@/client/lib/later';
import { useSession } from '@/client/user/use-me';

const dialog = new Later(() => import('@/client/inbox/claim-dialog'));

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
  const pair = visitor && session.me ? `${visitor.id} ${session.me.id}` : null;
  const isAsked = pair !== null && !isClosed && !wasLeft(pair);
  // Nobody pressed anything: it is fetched until it is there, without a word.
  const code = useLater(dialog, isAsked);
  if (!code || !visitor || pair === null) return null;
  const close = () => setIsClosed(true);
  return (
    <code.ClaimDialog
      visitorName={visitor.name}
      onLeave={() => {
        leave(pair);
        close();
      }}
      onClose={close}
    />
  );
}
