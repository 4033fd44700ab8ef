import { ArrowUp } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { TopPlace } from '@/client/message/floating-day';
import { unreadLabel } from '@/shared/unread';

type Props = {
  /** The first message that was new at opening. */
  newSeq: number;
  count: number;
  top: TopPlace;
  onGo(): void;
};

/** The way up to what is new, until it has been in view. */
export function NewAbove({ newSeq, count, top, onGo }: Props) {
  const where = useSyncExternalStore(
    top.subscribe,
    () => {
      const topSeq = top.get();
      return topSeq === null ? 'unknown' : topSeq > newSeq ? 'above' : 'reached';
    },
    () => 'unknown',
  );
  const [wasReached, setWasReached] = useState(false);
  if (where === 'reached' && !wasReached) setWasReached(true);
  if (where !== 'above' || wasReached) return null;
  return (
    <button
      type="button"
      onClick={onGo}
      aria-keyshortcuts="n"
      title="Go to the first new message (N)"
      className="absolute top-3 right-5 flex h-9 items-center gap-1.5 rounded-full border bg-raised px-3.5 text-sm font-medium shadow-float transition-transform duration-150 active:scale-97 max-md:h-11"
    >
      <ArrowUp size={15} aria-hidden />
      {count > 0 ? `${unreadLabel(count)} unread above` : 'Unread above'}
    </button>
  );
}
