import { clsx } from 'clsx';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { dayOf } from '@/client/lib/format-time';
import type { ThreadFeed } from '@/client/message/thread-feed';

const shownMs = 1_400;

/** Which place is topmost in view: told with every step of scrolling, so that only what shows it is drawn anew. */
export type TopPlace = {
  get(): number | null;
  set(seq: number | null): void;
  subscribe(listener: () => void): () => void;
};

export function makeTopPlace(): TopPlace {
  let top: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => top,
    set(seq) {
      if (seq === top) return;
      top = seq;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The day of the topmost message, while it changes: at rest the separators say it. */
export function FloatingDay({ feed, top }: { feed: ThreadFeed; top: TopPlace }) {
  const day = useSyncExternalStore(
    top.subscribe,
    () => {
      const seq = top.get();
      const message = seq === null ? undefined : feed.messageAt(seq);
      return message ? dayOf(message.createdAt) : null;
    },
    () => null,
  );
  const [isShown, setIsShown] = useState(false);
  const known = useRef(day);
  useEffect(() => {
    if (day === known.current) return;
    const isFirst = known.current === null;
    known.current = day;
    if (isFirst) return;
    setIsShown(true);
    const timer = setTimeout(() => setIsShown(false), shownMs);
    return () => clearTimeout(timer);
  }, [day]);
  return (
    <div
      aria-hidden
      className={clsx(
        'pointer-events-none absolute top-2 left-1/2 -translate-x-1/2 rounded-full border bg-raised px-3 py-0.5 text-xs font-medium text-soft shadow-float transition-opacity duration-150',
        !(isShown && day) && 'opacity-0',
      )}
    >
      {day}
    </div>
  );
}
