'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { roomPath } from '@/client/paths';
import { putAwayKey } from '@/client/room/use-rooms';
import { PageLink } from '@/client/page-link';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Skeleton } from '@/client/ui/skeleton';
import type { ListedRoom } from '@/shared/room';

const scopes = {
  hidden: { title: 'Hidden by you', empty: 'You have hidden no room.', verb: 'Show again' },
  archived: { title: 'Archived', empty: 'None of your rooms is archived.', verb: 'Open again' },
} as const;
type Scope = keyof typeof scopes;

/** The rooms that no list shows, and the way back into one. */
export function PutAwayDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Hidden and archived rooms">
      <div className="space-y-6">
        <RoomsOf scope="hidden" onDone={onClose} />
        <RoomsOf scope="archived" onDone={onClose} />
      </div>
    </Dialog>
  );
}

function RoomsOf({ scope, onDone }: { scope: Scope; onDone(): void }) {
  const { title, empty, verb } = scopes[scope];
  const queryClient = useQueryClient();
  const { data, error } = useQuery({
    queryKey: [...putAwayKey, scope],
    queryFn: async () => (await trpc().room.list.query({ scope, limit: 100 })).rooms,
    staleTime: 0,
  });
  const bringBack = useMutation({
    mutationFn: async ({ id: roomId }: ListedRoom) => {
      const { room } = trpc();
      if (scope === 'hidden') await room.hide.mutate({ roomId, isHidden: false });
      else await room.archive.mutate({ roomId, isArchived: false });
    },
    onSettled: () => queryClient.invalidateQueries(),
  });
  const problem = error ?? bringBack.error;
  // Archived public rooms can be read by all: here stand one's own.
  const rooms = data?.filter((room) => scope === 'hidden' || room.role !== null);
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-md font-semibold">{title}</h3>
      {problem && (
        <p role="alert" className="mb-2 text-sm text-red">
          {callErrorOf(problem).message}
        </p>
      )}
      {!rooms && !problem && <Skeleton className="h-10" />}
      {rooms?.length === 0 && <p className="text-md text-soft">{empty}</p>}
      <ul>
        {rooms?.map((room) => (
          <li key={room.id} className="flex min-h-11 items-center gap-2">
            <PageLink
              href={roomPath(room)}
              onClick={onDone}
              className="min-w-0 flex-1 truncate rounded-control text-md hover:underline"
            >
              <bdi>{room.name}</bdi>
            </PageLink>
            {(scope === 'hidden' || room.may.includes('archive')) && (
              <Button disabled={bringBack.isPending} onClick={() => bringBack.mutate(room)}>
                {verb}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
