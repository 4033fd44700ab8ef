import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { trpc } from '@/client/trpc';

export const useHeld = (roomId: string) =>
  useQuery({ queryKey: ['held', roomId], queryFn: () => trpc().room.held.query({ roomId }) });

export const useReports = (roomId: string) =>
  useQuery({ queryKey: ['reports', roomId], queryFn: () => trpc().room.reports.query({ roomId }) });

export const useBans = (roomId: string) =>
  useQuery({ queryKey: ['bans', roomId], queryFn: () => trpc().room.bans.query({ roomId }) });

export const useAudit = (roomId: string) =>
  useInfiniteQuery({
    queryKey: ['audit', roomId],
    queryFn: ({ pageParam }) => trpc().room.audit.query({ roomId, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** A call that changes what a room's queues and lists hold. */
export function useModeration<Input>(roomId: string, call: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSettled() {
      for (const key of ['held', 'reports', 'bans', 'audit'])
        void queryClient.invalidateQueries({ queryKey: [key, roomId] });
    },
  });
}
