import { useQuery, type QueryClient } from '@tanstack/react-query';
import { trpc } from '@/client/trpc';
import type { RoomQueue } from '@/shared/queue';

export const queuesKey = ['queues'] as const;

/** What waits in a room for this person as its moderator; nothing while it is unknown. */
export function useQueue(roomId: string, isModerator: boolean): { held: number; reports: number } {
  const { data } = useQuery({
    queryKey: queuesKey,
    queryFn: () => trpc().room.queues.query(),
    enabled: isModerator,
  });
  return (isModerator && data?.find((queue) => queue.roomId === roomId)) || none;
}

const none = { held: 0, reports: 0 };

/** The news of a room's queues; what they hold is read again where it is in view. */
export function tellQueue(queryClient: QueryClient, { roomId, held, reports }: RoomQueue): void {
  queryClient.setQueryData<RoomQueue[]>(queuesKey, (queues) => [
    ...(queues ?? []).filter((queue) => queue.roomId !== roomId),
    { roomId, held, reports },
  ]);
  void queryClient.invalidateQueries({ queryKey: ['held', roomId] });
  void queryClient.invalidateQueries({ queryKey: ['reports', roomId] });
}
