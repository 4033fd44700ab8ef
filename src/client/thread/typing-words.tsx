'use client';

import { useEffect, useRef, useState } from 'react';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { useTypists } from '@/client/message/use-signals';
import { nameOf, type PersonView } from '@/shared/user';

/** A screen reader hears of typing after a pause in it, not each time that somebody goes on. */
const announceAfterMs = 20_000;

/** Who is typing, in one line. */
export function TypingWords({ feed, isHidden }: { feed: ThreadFeed; isHidden: boolean }) {
  const typists = useTypists(feed);
  const words = wordsOf(typists);
  const lastMs = useRef(-Infinity);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    if (!words) return;
    if (Date.now() - lastMs.current > announceAfterMs) setAnnounced(words);
    lastMs.current = Date.now();
  }, [words]);
  return (
    <>
      {!isHidden && (
        <span aria-hidden data-testid="typing" className="min-w-0 truncate text-soft">
          {words}
        </span>
      )}
      <span aria-live="polite" className="sr-only">
        {announced}
      </span>
    </>
  );
}

function wordsOf([first, second, third]: readonly PersonView[]): string {
  if (!first) return '';
  if (!second) return `${nameOf(first)} is typing`;
  return third ? 'Several people are typing' : `${nameOf(first)} and ${nameOf(second)} are typing`;
}
