import { useMutation, useQueryClient } from '@tanstack/react-query';
import { endThreads } from '@/client/message/feeds';
import { dropThreads, mergeThreads } from '@/client/thread/use-threads';
import { trpc } from '@/client/trpc';

export type ThreadChange =
  | { verb: 'update'; id: string; title?: string; isLocked?: boolean }
  | { verb: 'archive'; id: string; isArchived: boolean }
  | { verb: 'delete'; id: string };

/** Changes a thread itself; everybody else hears of it by the streams. */
export function useThreadChange() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (change: ThreadChange): Promise<void> => {
      switch (change.verb) {
        case 'update': {
          const { verb: _, ...input } = change;
          return mergeThreads(queryClient, [await trpc().thread.update.mutate(input)]);
        }
        case 'archive': {
          const { id, isArchived } = change;
          return mergeThreads(queryClient, [await trpc().thread.archive.mutate({ id, isArchived })]);
        }
        case 'delete': {
          const { id } = await trpc().thread.delete.mutate({ id: change.id });
          dropThreads(queryClient, [{ id }]);
          return endThreads([{ id, parentMessageId: null }]);
        }
      }
    },
  });
}
