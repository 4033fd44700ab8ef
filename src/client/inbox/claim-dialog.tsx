'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { knownSecret, replaceSecret } from '@/client/identity';
import { restartFeeds } from '@/client/message/feeds';
import { takeOverFrom } from '@/client/message/use-outbox';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { FormError } from '@/client/user/auth-page';
import { useSession } from '@/client/user/use-me';

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

/** After signing in: whether what the visitor of this browser wrote belongs to the account. */
export function ClaimDialog() {
  const session = useSession();
  const queryClient = useQueryClient();
  const [isClosed, setIsClosed] = useState(false);
  const claim = useMutation({
    mutationFn: () => trpc().user.claimVisitor.mutate(),
    async onSuccess() {
      const secret = knownSecret();
      if (secret) await takeOverFrom(secret);
      replaceSecret(null);
      restartFeeds();
      await queryClient.invalidateQueries();
    },
  });
  const visitor = session?.visitor;
  if (!visitor || !session.me) return null;
  const pair = `${visitor.id} ${session.me.id}`;
  const stay = () => {
    leave(pair);
    setIsClosed(true);
  };
  return (
    <Dialog
      open={!isClosed && !wasLeft(pair)}
      onOpenChange={(open) => !open && stay()}
      title={`Are you ${visitor.name} too?`}
      description={`In this browser you have written as ${visitor.name}. Keep everything of it in your account: messages, reactions, rooms and what you have read?`}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={stay}>
          No, leave it
        </Button>
        <Button look="primary" disabled={claim.isPending} onClick={() => claim.mutate()}>
          Keep it
        </Button>
      </div>
      <FormError>{claim.error && callErrorOf(claim.error).message}</FormError>
    </Dialog>
  );
}
