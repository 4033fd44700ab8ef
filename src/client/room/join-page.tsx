'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { inboxPath, roomPath } from '@/client/paths';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';
import { useMe } from '@/client/user/use-me';
import type { InvitationView, LinkState } from '@/shared/invite-link';

const closedWords: Record<Exclude<LinkState, 'open'>, string> = {
  expired: 'This link has expired. Ask whoever gave it to you for a new one.',
  revoked: 'This link was taken back. Ask whoever gave it to you for a new one.',
  full: 'This link was used as often as it may be. Ask for a new one.',
  archived: 'This room is archived and takes nobody in any more.',
};
const roleWords = {
  moderator: 'As a moderator you can keep order in it.',
  member: 'You can read and write in it.',
  visitor: 'You come in as a guest.',
} as const;

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};
/** What stands after # stays in the browser: no server, proxy or log sees it but in the call itself. */
const useToken = () =>
  useSyncExternalStore(
    subscribe,
    () => window.location.hash.slice(1),
    () => null,
  );

/** A whole page anew: as somebody else than before, with other rooms. */
const leaveFor = (path: string) => window.location.assign(path);

/** Where an invitation link leads: which room it is, and as whom one joins, before anything happens. */
export function JoinPage() {
  const token = useToken();
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    enabled: token !== null,
    queryFn: () => trpc().room.invitation.query({ token: token ?? '' }),
    retry: (count, cause) => count < 3 && callErrorOf(cause).isPassing,
    staleTime: 0,
  });
  return (
    <main className="h-dvh bg-canvas">
      {data && token ? (
        <Invitation invitation={data} token={token} />
      ) : (
        error && (
          <EmptyState
            scene="shut"
            title="This invitation leads nowhere"
            action={<Button onClick={() => leaveFor(inboxPath)}>Go to the inbox</Button>}
          >
            {callErrorOf(error).data?.code === 'SERVICE_UNAVAILABLE'
              ? callErrorOf(error).message
              : 'The link is not complete, or there is no such invitation. Ask for a new one.'}
          </EmptyState>
        )
      )}
    </main>
  );
}

function Invitation({ invitation, token }: { invitation: InvitationView; token: string }) {
  const me = useMe();
  const { room, state, isMember, role, hidesHistory, invitedBy } = invitation;
  const join = useMutation({
    mutationFn: () => trpc().room.join.mutate({ token, ...(me?.name && { name: me.name }) }),
    onSuccess: (joined) => leaveFor(roomPath(joined)),
  });
  if (isMember)
    return (
      <EmptyState
        scene="door"
        title={`You are in ${room.name} already`}
        action={
          <Button look="primary" onClick={() => leaveFor(roomPath(room))}>
            Go to the room
          </Button>
        }
      />
    );
  if (state !== 'open')
    return (
      <EmptyState
        scene="shut"
        title={`The door to ${room.name} is closed`}
        action={<Button onClick={() => leaveFor(inboxPath)}>Go to the inbox</Button>}
      >
        {closedWords[state]}
      </EmptyState>
    );
  return (
    <EmptyState
      scene="door"
      title={`${invitedBy} invites you to ${room.name}`}
      action={
        <div className="space-y-3">
          <Button look="primary" disabled={!me || join.isPending} onClick={() => join.mutate()}>
            Join as {me?.name ?? '…'}
          </Button>
          {join.error && (
            <p role="alert" className="text-sm text-red">
              {callErrorOf(join.error).message}
            </p>
          )}
        </div>
      }
    >
      {room.topic ? `${room.topic} ` : ''}
      {roleWords[role]}
      {hidesHistory ? ' You will see what is written from now on.' : ''}
    </EmptyState>
  );
}
