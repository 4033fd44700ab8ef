import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react';
import { callAt, matching, type Typed } from '@/client/message/mention-text';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { trpc } from '@/client/trpc';
import { peopleFoundMax } from '@/shared/limits';
import type { PersonView } from '@/shared/user';

export type MentionSource = { roomId: string; feed: ThreadFeed; myId: string | null };

/** The people that an `@` before the caret could mean, and how one of them is chosen by keys. */
export function useMentionList(
  { roomId, feed, myId }: MentionSource,
  { text, picks, caret }: Typed & { caret: number },
  onPick: (person: PersonView, range: { from: number; to: number }) => void,
) {
  const id = useId();
  const found = callAt(text, caret);
  // Somebody who was picked already is not asked for again.
  const call = found && !picks.has(found.query) ? found : null;
  const [chosen, setChosen] = useState({ from: -1, query: '', index: 0 });
  const [dismissedFrom, setDismissedFrom] = useState(-1);
  if (!call && dismissedFrom >= 0) setDismissedFrom(-1);
  const isCalling = call !== null && call.from !== dismissedFrom;
  const search = useDeferredValue(call?.query.trim() ?? '');
  const { data } = useQuery({
    queryKey: ['room-people', roomId, search],
    queryFn: () => trpc().room.people.query({ roomId, ...(search && { search }) }),
    enabled: isCalling,
    staleTime: 30_000,
    placeholderData: (before) => before,
  });
  const people = isCalling ? findPeople(feed, data?.people ?? [], { query: call.query, myId }) : [];
  const isSame = call !== null && chosen.from === call.from && chosen.query === call.query;
  const index = isSame ? Math.min(chosen.index, people.length - 1) : 0;
  const active = people[index];

  const pick = (person: PersonView) => call && onPick(person, { from: call.from, to: caret });
  /** @returns whether the key was meant for the list */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!call || !active || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen({ ...call, index: (index + step + people.length) % people.length });
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') pick(active);
    else if (event.key === 'Escape') setDismissedFrom(call.from);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    people,
    active,
    pick,
    onKeyDown,
    listId: `${id}people`,
    optionId: (person: PersonView) => `${id}${person.id}`,
  };
}

/** Those who are on the page already show at once; the server knows the rest of the room. */
function findPeople(
  feed: ThreadFeed,
  told: readonly PersonView[],
  { query, myId }: { query: string; myId: string | null },
): PersonView[] {
  const here = Object.values(feed.getState().timeline?.people ?? {}).filter(
    ({ kind }) => kind === 'registered' || kind === 'visitor',
  );
  const all = new Map([...here, ...told].map((person) => [person.id, person]));
  if (myId) all.delete(myId);
  return matching([...all.values()], query).slice(0, peopleFoundMax);
}
