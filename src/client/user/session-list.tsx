'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { listTimeOf } from '@/client/lib/format-time';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { FormError } from '@/client/user/auth-page';
import type { SessionListItem } from '@/shared/account';

/** The browsers that are signed in, and the way to sign them out. */
export function SessionList({ sessions }: { sessions: SessionListItem[] }) {
  const queryClient = useQueryClient();
  const again = () => queryClient.invalidateQueries({ queryKey: ['account'] });
  const end = useMutation({
    mutationFn: (id: string) => trpc().user.endSession.mutate({ id }),
    onSuccess: again,
  });
  const endAll = useMutation({ mutationFn: () => trpc().user.signOutEverywhere.mutate() });
  const error = end.error ?? endAll.error;
  return (
    <>
      <ul className="mb-4 divide-y">
        {sessions.map(({ id, label, seenAt, isThis }) => (
          <li key={id} className="flex min-h-12 items-center justify-between gap-3 py-2">
            <span className="min-w-0">
              <span className="block truncate text-md font-medium">{label || 'A browser'}</span>
              <span className="block text-sm text-soft">
                {isThis ? 'This browser' : `Last here ${listTimeOf(seenAt)}`}
              </span>
            </span>
            {!isThis && (
              <Button look="quiet" disabled={end.isPending} onClick={() => end.mutate(id)}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button disabled={endAll.isPending} onClick={() => endAll.mutate()}>
        Sign out everywhere
      </Button>
      <FormError>{error && callErrorOf(error).message}</FormError>
    </>
  );
}
