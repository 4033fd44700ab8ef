import { useEffect, useRef, useState } from 'react';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { nameOf } from '@/shared/user';

/** So long it waits for more: one sentence for what comes together. */
const gatherMs = 1_500;
const namesMax = 2;

/** "3 new messages from A and B", "... from A, B and others". */
export function announcementOf(names: readonly string[]): string {
  const authors = [...new Set(names)];
  const shown = authors.slice(0, namesMax);
  const from = authors.length > namesMax ? `${shown.join(', ')} and others` : shown.join(' and ');
  return `${names.length} new ${names.length === 1 ? 'message' : 'messages'} from ${from}`;
}

type Props = {
  feed: ThreadFeed;
  myId: string | null;
  /** Whether the person is where messages come in: who reads history is left in peace. */
  isListening: boolean;
};

/** Says politely what others write, to those who hear the page; what is one's own is known. */
export function Announcer({ feed, myId, isListening }: Props) {
  const [words, setWords] = useState('');
  const heard = useRef({ isListening, myId });
  useEffect(() => {
    heard.current = { isListening, myId };
  }, [isListening, myId]);
  useEffect(() => {
    let last = feed.getState().timeline?.head.seq ?? null;
    let names: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      setWords(announcementOf(names));
      names = [];
    };
    const stop = feed.subscribe(() => {
      const { timeline } = feed.getState();
      if (!timeline) return;
      const from = last ?? timeline.head.seq;
      last = timeline.head.seq;
      if (!heard.current.isListening || document.visibilityState !== 'visible') return;
      for (let seq = from + 1; seq <= timeline.head.seq; seq++) {
        const message = feed.messageAt(seq);
        if (!message || message.kind === 'event' || message.author.id === heard.current.myId) continue;
        const author = timeline.people[message.author.id];
        names.push(author ? nameOf(author) : 'somebody');
      }
      if (names.length > 0) timer ??= setTimeout(say, gatherMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [feed]);
  return (
    <div aria-live="polite" data-testid="announcer" className="sr-only">
      {words}
    </div>
  );
}
