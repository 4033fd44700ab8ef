import { useContext, useSyncExternalStore } from 'react';
import type { ThreadFeed } from '@/client/message/thread-feed';
import type { Tick } from '@/client/message/thread-signals';
import { FeedContext } from '@/client/message/use-feed';
import type { ReaderView } from '@/shared/signal';
import type { PersonView } from '@/shared/user';

const nobody: readonly PersonView[] = [];
const noReaders: readonly ReaderView[] = [];

/** Who else is typing in the thread. */
export const useTypists = (feed: ThreadFeed): readonly PersonView[] =>
  useSyncExternalStore(
    feed.signals.subscribe,
    () => feed.signals.typists,
    () => nobody,
  );

function useSignals() {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error('Rows stand inside a message list.');
  return feed.signals;
}

/** How far the message at this place has come with the others. */
export function useTick(seq: number, myId: string | null): Tick {
  const signals = useSignals();
  return useSyncExternalStore(
    signals.subscribe,
    () => signals.tickOf(seq, myId),
    () => 'sent',
  );
}

/** The readers whose reading stands at this place. */
export function useReadersAt(seq: number) {
  const signals = useSignals();
  const readers = useSyncExternalStore(
    signals.subscribe,
    () => signals.readersAt(seq),
    () => noReaders,
  );
  return { readers, personOf: signals.personOf };
}
