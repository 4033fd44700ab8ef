import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { v7 as newId } from 'uuid';
import { trpc } from '@/client/trpc';
import type { RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

export const roomListKey = ['rooms'] as const;
export const roomKey = (slug: string) => ['room', slug] as const;

export function useRooms(first: RoomView[] | null) {
  return useQuery({
    queryKey: roomListKey,
    queryFn: async () => (await trpc().room.list.query({ limit: 100 })).rooms,
    ...(first && { initialData: first, initialDataUpdatedAt: 0 }),
  });
}

export function useRoom(slug: string | null, first: RoomView | null) {
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: roomKey(slug ?? ''),
    queryFn: () => trpc().room.get.query({ slug: slug ?? '' }),
    enabled: slug !== null,
    ...(first && first.slug === slug
      ? { initialData: first, initialDataUpdatedAt: 0 }
      : {
          placeholderData: () =>
            queryClient.getQueryData<RoomView[]>(roomListKey)?.find((room) => room.slug === slug),
        }),
  });
}

export function useCreateRoom() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: {
      name: string;
      topic: string;
      kind: 'public' | 'private';
      visitors: 'none' | 'read' | 'write';
    }) => trpc().room.create.mutate({ id: newId(), ...input }),
    onSuccess: (room) => mergeRoom(queryClient, room),
  });
}

/** A room's newest state; what the news do not say, the viewer's own role, stays as it was. */
export function mergeRoom(queryClient: QueryClient, told: RoomView): void {
  queryClient.setQueryData<RoomView[]>(roomListKey, (rooms) => {
    if (!rooms) return rooms;
    const known = rooms.find((room) => room.id === told.id);
    const merged = known ? { ...told, role: told.role ?? known.role } : told;
    return byActivity([merged, ...rooms.filter((room) => room.id !== told.id)]);
  });
}

/** Rooms move up with the news of their threads. */
export function touchRooms(queryClient: QueryClient, threads: ThreadSummary[]): void {
  queryClient.setQueryData<RoomView[]>(roomListKey, (rooms) => {
    if (!rooms) return rooms;
    const latest = new Map<string, string>();
    for (const { roomId, lastMessageAt } of threads)
      if (lastMessageAt > (latest.get(roomId) ?? '')) latest.set(roomId, lastMessageAt);
    return byActivity(
      rooms.map((room) => {
        const at = latest.get(room.id);
        return at && at > room.lastMessageAt ? { ...room, lastMessageAt: at } : room;
      }),
    );
  });
}

const byActivity = (rooms: RoomView[]) =>
  rooms.toSorted((a, b) => b.lastMessageAt.localeCompare(a.lastMessageAt));
