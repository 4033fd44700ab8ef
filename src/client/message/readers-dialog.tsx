'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { whenOf } from '@/client/lib/format-time';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Face } from '@/client/user/face';
import { PersonName } from '@/client/user/person-name';

type Props = { message: { threadId: string; seq: number }; onClose(): void };

/** Who has read a message, and when. */
export function ReadersDialog({ message: { threadId, seq }, onClose }: Props) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['readers', threadId, seq],
    queryFn: ({ pageParam: cursor }) => trpc().thread.readers.query({ threadId, seq, cursor }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  const readers = data?.pages.flatMap((page) => page.readers);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Read by">
      {readers?.length === 0 && <p className="text-md text-soft">Nobody else so far.</p>}
      {error && (
        <p role="alert" className="text-md text-red">
          {callErrorOf(error).message}
        </p>
      )}
      <ul className="flex min-h-10 flex-col gap-1">
        {readers?.map(({ person, seenSeq, seenAt }) => (
          <li key={person.id} className="flex h-10 items-center gap-2.5">
            <Face person={person} size={28} />
            <span className="min-w-0 flex-1 truncate text-md">
              <PersonName person={person} />
            </span>
            {/* Of one who has read on since, only the later moment is known. */}
            <span className="shrink-0 text-sm text-faint tabular">
              {seenAt && (seenSeq > seq ? `before ${whenOf(seenAt)}` : whenOf(seenAt))}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-3 w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Dialog>
  );
}
