'use client';

import { useQuery } from '@tanstack/react-query';
import { diffWordsWithSpace } from 'diff';
import { clockOf, dayOf } from '@/client/lib/format-time';
import { useNameOf } from '@/client/message/use-feed';
import { callErrorOf, trpc } from '@/client/trpc';
import { Dialog } from '@/client/ui/dialog';
import { Skeleton } from '@/client/ui/skeleton';
import { withNames } from '@/shared/markdown-words';
import type { MessageView } from '@/shared/message';

/** What a message said before, newest first, with what changed from text to text. */
export function HistoryDialog({ message, onClose }: { message: MessageView; onClose(): void }) {
  const { data, error } = useQuery({
    queryKey: ['history', message.id, message.rev],
    queryFn: () => trpc().message.history.query({ threadId: message.threadId, id: message.id }),
  });
  const nameOf = useNameOf();
  const texts = (data?.texts ?? []).map(({ text, at }) => ({ text: withNames(text, nameOf), at }));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Edit history">
      {error && <p className="text-md text-red">{callErrorOf(error).message}</p>}
      {!data && !error && <Skeleton className="h-16" />}
      <ol className="space-y-4">
        {texts
          .map(({ text, at }, i) => (
            <li key={at + text.length}>
              <p className="mb-1 text-xs text-faint">
                {i === 0 ? 'Written' : 'Changed'} {dayOf(at)}, {clockOf(at)}
              </p>
              <p dir="auto" className="text-md [overflow-wrap:anywhere] whitespace-pre-wrap">
                <Difference from={texts[i - 1]?.text ?? text} to={text} />
              </p>
            </li>
          ))
          .toReversed()}
      </ol>
    </Dialog>
  );
}

function Difference({ from, to }: { from: string; to: string }) {
  return diffWordsWithSpace(from, to).map((part, i) => {
    if (part.added)
      return (
        <ins key={i} className="rounded-sm bg-accent-soft no-underline">
          {part.value}
        </ins>
      );
    if (part.removed)
      return (
        <del key={i} className="text-faint">
          {part.value}
        </del>
      );
    return <span key={i}>{part.value}</span>;
  });
}
