import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { v7 as newId } from 'uuid';
import { trpc } from '@/client/trpc';
import type { ListedRoom, RoomView, VisitorPolicy } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

export const roomListKey = ['rooms'] as const;
export const roomKey = (slug: string) => ['room', slug] as const;

const readRooms = async (): Promise<ListedRoom[]> => (await trpc().room.list.query({ limit: 100 })).rooms;

export const putAwayKey = ['rooms-put-away'] as const;

type PutAway = { has: boolean };
export const knowsPutAway = (queryClient: QueryClient): boolean =>
  queryClient.getQueryData<PutAway>(putAwayKey)?.has ?? false;

/** Whether the viewer has rooms that no list shows; false while it is unknown. */
export function useHasPutAway(isSomebody: boolean): boolean {
  const { data } = useQuery({
    queryKey: putAwayKey,
    queryFn: (): Promise<PutAway> => trpc().room.hasPutAway.query(),
    enabled: isSomebody,
  });
  return data?.has ?? false;
}

/** @param first the rooms that the server rendered, which knows nobody's numbers */
export function useRooms(first: RoomView[] | null) {
  return useQuery({
    queryKey: roomListKey,
    queryFn: readRooms,
    ...(first && {
      initialData: () => first.map((room): ListedRoom => ({ ...room, unread: 0, hiddenAt: null })),
      initialDataUpdatedAt: 0,
    }),
  });
}

/** What is unread in a room, at most 100; 0 while it is unknown. */
export function useRoomUnread(roomId: string | null): number {
  const { data } = useQuery({
    queryKey: roomListKey,
    queryFn: readRooms,
    enabled: roomId !== null,
    select: (rooms) => rooms.find((room) => room.id === roomId)?.unread ?? 0,
  });
  return data ?? 0;
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
            queryClient.getQueryData<ListedRoom[]>(roomListKey)?.find((room) => room.slug === slug),
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
      visitors: VisitorPolicy;
    }) => trpc().room.create.mutate({ id: newId(), ...input }),
    onSuccess: (room) => mergeRoom(queryClient, room),
  });
}

/** What the news of a room do not say, since all its readers share them, stays as it was. */
function withOwn(told: RoomView, known: ListedRoom | undefined): ListedRoom {
  const { role = null, may = [], mutedUntil = null, unread = 0, hiddenAt = null } = known ?? {};
  return told.role === null && told.may.length === 0
    ? { ...told, role, may, mutedUntil, unread, hiddenAt }
    : { ...told, unread, hiddenAt };
}

/** A room's newest state. */
export function mergeRoom(queryClient: QueryClient, told: RoomView): void {
  queryClient.setQueryData<ListedRoom[]>(roomListKey, (rooms) => {
    if (!rooms) return rooms;
    const known = rooms.find((room) => room.id === told.id);
    const others = rooms.filter((room) => room.id !== told.id);
    // What is archived stands in no list.
    return told.archivedAt ? others : byActivity([withOwn(told, known), ...others]);
  });
  // By its id: the page may still stand at an address that it had before.
  queryClient.setQueriesData<ListedRoom>({ queryKey: ['room'] }, (known) =>
    known?.id === told.id ? withOwn(told, known) : known,
  );
}

/**
 * News of direct rooms as the viewer calls these rooms; shared news do not know whom they are told.
 * One that no list has yet is new, or was hidden: the list is read again.
 */
export function namedForMe(queryClient: QueryClient, threads: ThreadSummary[]): ThreadSummary[] {
  if (!threads.some((thread) => thread.room.kind === 'direct')) return threads;
  const rooms = queryClient.getQueryData<ListedRoom[]>(roomListKey);
  return threads.flatMap((thread) => {
    if (thread.room.kind !== 'direct') return [thread];
    const room = rooms?.find((each) => each.id === thread.roomId);
    if (room) return [{ ...thread, room: { ...thread.room, name: room.name } }];
    void queryClient.invalidateQueries({ queryKey: roomListKey });
    void queryClient.invalidateQueries({ queryKey: ['threads'] });
    return [];
  });
}

/** Rooms move up with the news of their threads. */
export function touchRooms(queryClient: QueryClient, threads: ThreadSummary[]): void {
  queryClient.setQueryData<ListedRoom[]>(roomListKey, (rooms) => {
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

/** Whether a direct room of the viewer's is called after this person. */
export const isDirectPartner = (queryClient: QueryClient, personId: string): boolean =>
  queryClient
    .getQueryData<ListedRoom[]>(roomListKey)
    ?.some((room) => room.people?.some((person) => person.id === personId)) ?? false;

/** The rooms' numbers as the server counted them; a room that is not named has none. */
export function setRoomUnread(queryClient: QueryClient, told: Record<string, number>): void {
  queryClient.setQueryData<ListedRoom[]>(roomListKey, (rooms) =>
    rooms?.map((room) => {
      const unread = told[room.id] ?? 0;
      return unread === room.unread ? room : { ...room, unread };
    }),
  );
}

/** Whether the viewer is a member of the room, as far as the list of rooms knows. */
export const isMyRoom = (queryClient: QueryClient, roomId: string): boolean =>
  queryClient
    .getQueryData<ListedRoom[]>(roomListKey)
    ?.some((room) => room.id === roomId && room.role !== null) ?? false;

const byActivity = (rooms: ListedRoom[]) =>
  rooms.toSorted((a, b) => b.lastMessageAt.localeCompare(a.lastMessageAt));
