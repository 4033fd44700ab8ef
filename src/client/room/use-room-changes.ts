import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { v7 as newId } from 'uuid';
import { newSecret } from '@/client/identity';
import { putAwayKey, roomListKey } from '@/client/room/use-rooms';
import { trpc } from '@/client/trpc';
import type { LinkRole } from '@/shared/invite-link';
import type { RoomRole, RoomView } from '@/shared/room';

const membersKey = (roomId: string) => ['members', roomId] as const;
const linksKey = (roomId: string) => ['links', roomId] as const;

export function useMembers(roomId: string, search: string) {
  return useInfiniteQuery({
    queryKey: [...membersKey(roomId), search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam: cursor }) =>
      trpc().room.members.query({ roomId, cursor, limit: 50, ...(search && { search }) }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
    // Others join and go meanwhile: it is read whenever it is opened.
    staleTime: 0,
  });
}

export function useLinks(roomId: string) {
  return useQuery({
    queryKey: linksKey(roomId),
    queryFn: async () => (await trpc().room.links.query({ roomId })).links,
    staleTime: 0,
  });
}

/** People whom the viewer shares a room with, by name. */
export function useContacts(search: string) {
  return useQuery({
    queryKey: ['contacts', search],
    queryFn: async () => (await trpc().room.contacts.query(search ? { search } : {})).people,
    placeholderData: (before) => before,
    staleTime: 0,
  });
}

/** A change of a room; whatever shows the room is read again after it. */
function useChange<Input, Result>(change: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(
        [roomListKey, putAwayKey, ['room'], ['members'], ['links'], ['threads']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

type Update = Partial<Pick<RoomView, 'name' | 'topic' | 'slug' | 'visitors'>> & {
  kind?: 'public' | 'private';
};
export const useUpdateRoom = (roomId: string) =>
  useChange((input: Update) => trpc().room.update.mutate({ roomId, ...input }));
export const useArchiveRoom = (roomId: string) =>
  useChange((isArchived: boolean) => trpc().room.archive.mutate({ roomId, isArchived }));
export const useHideRoom = (roomId: string) =>
  useChange((isHidden: boolean) => trpc().room.hide.mutate({ roomId, isHidden }));
export const useLeaveRoom = (roomId: string) => useChange(() => trpc().room.leave.mutate({ roomId }));
export const useInvite = (roomId: string) =>
  useChange((userIds: string[]) => trpc().room.invite.mutate({ roomId, userIds }));
export const useSetRole = (roomId: string) =>
  useChange((input: { userId: string; role: RoomRole }) => trpc().room.setRole.mutate({ roomId, ...input }));
export const useTransfer = (roomId: string) =>
  useChange((userId: string) => trpc().room.transfer.mutate({ roomId, userId }));
export const useRemoveMember = (roomId: string) =>
  useChange((userId: string) => trpc().room.remove.mutate({ roomId, userId }));
export const useOpenDirect = () => useChange((userIds: string[]) => trpc().room.direct.mutate({ userIds }));
export const useRevokeLink = (roomId: string) =>
  useChange((id: string) => trpc().room.revokeLink.mutate({ roomId, id }));

export type NewLink = {
  role: LinkRole;
  hours: number | null;
  usesMax: number | null;
  hidesHistory: boolean;
};
/** Makes a link and gives its address: the token is drawn here, and the server never says it again. */
export const useCreateLink = (roomId: string) =>
  useChange(async (input: NewLink) => {
    const token = newSecret();
    await trpc().room.createLink.mutate({ id: newId(), roomId, token, ...input });
    return `${window.location.origin}/join#${token}`;
  });
