'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { knownSecret, replaceSecret } from '@/client/identity';
import { restartFeeds } from '@/client/message/feeds';
import { takeOverFrom } from '@/client/message/use-outbox';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { FormError } from '@/client/user/auth-page';

/** After signing in: whether what the visitor of this browser wrote belongs to the account. */
export function ClaimDialog({
  visitorName,
  onLeave,
  onClose,
}: {
  visitorName: string;
  /** They stay two. */
  onLeave(): void;
  onClose(): void;
}) {
  const queryClient = useQueryClient();
  const claim = useMutation({
    mutationFn: () => trpc().user.claimVisitor.mutate(),
    async onSuccess() {
      const secret = knownSecret();
      if (secret) await takeOverFrom(secret);
      replaceSecret(null);
      restartFeeds();
      onClose();
      await queryClient.invalidateQueries();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onLeave()}
      title={`Are you ${visitorName} too?`}
      description={`In this browser you have written as ${visitorName}. Keep everything of it in your account: messages, reactions, rooms and what you have read?`}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onLeave}>
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
