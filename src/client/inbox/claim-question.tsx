'use client';

import { useState } from 'react';
import { ClaimDialog } from '@/client/inbox/claim-dialog';

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

type Props = { visitor: { id: string; name: string }; accountId: string };

/** Asks about a visitor and an account, until it was answered once. */
export function ClaimQuestion({ visitor, accountId }: Props) {
  const [isClosed, setIsClosed] = useState(false);
  const pair = `${visitor.id} ${accountId}`;
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
