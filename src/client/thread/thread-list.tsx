'use client';

import { useEffect, type ReactNode } from 'react';
import { useHydrated } from '@/client/lib/use-hydrated';
import { useRowWindow } from '@/client/lib/use-row-window';
import { ThreadRow, ThreadRowSkeleton } from '@/client/thread/thread-row';
import { useThreads, type ThreadPage, type ThreadScope } from '@/client/thread/use-threads';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';

const rowPx = 64;

type Props = {
  scope: ThreadScope | null;
  search: string;
  first: ThreadPage | null;
  selectedId: string | null;
  showsRoom: boolean;
  /** What an empty list says when nothing was searched for. */
  empty: ReactNode;
};

/** Threads, latest message first; more are read as the end comes near. */
export function ThreadList({ scope, search, first, selectedId, showsRoom, empty }: Props) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useThreads(
    scope,
    search,
    first,
  );
  const isHydrated = useHydrated();
  const threads = data?.pages.flatMap((page) => page.threads) ?? [];
  const count = threads.length + (hasNextPage ? 1 : 0);
  const { scroller, from, to } = useRowWindow(count, rowPx);
  useEffect(() => {
    if (to >= threads.length - 4 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [to, threads.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (error && threads.length === 0)
    return (
      <EmptyState
        scene="link"
        title="The list could not be read"
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      >
        {callErrorOf(error).message}
      </EmptyState>
    );
  if (isPending && scope)
    return (
      <div className="late" role="status" aria-label="Loading threads">
        {Array.from({ length: 8 }, (_, i) => (
          <ThreadRowSkeleton key={i} />
        ))}
      </div>
    );
  if (threads.length === 0)
    return search ? <EmptyState scene="search" title="No thread has this in its title" /> : <>{empty}</>;
  return (
    <div ref={scroller} className="h-full quiet-scroll overflow-y-auto px-2 pb-2">
      <div role="list" aria-label="Threads" className="relative" style={{ height: count * rowPx }}>
        {Array.from({ length: to - from }, (_, i) => {
          const index = from + i;
          const thread = threads[index];
          return (
            <div
              key={thread?.id ?? 'more'}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={hasNextPage ? -1 : count}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${index * rowPx}px)` }}
            >
              {thread ? (
                <ThreadRow
                  thread={thread}
                  isSelected={thread.id === selectedId}
                  isHydrated={isHydrated}
                  showsRoom={showsRoom}
                />
              ) : (
                <ThreadRowSkeleton />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
