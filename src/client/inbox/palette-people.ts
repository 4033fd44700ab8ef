import { useQuery, type QueryClient } from '@tanstack/react-query';
import { loadedPeople } from '@/client/message/feeds';
import { threadPath } from '@/client/paths';
import { useContacts } from '@/client/room/use-room-changes';
import { listedThreads } from '@/client/thread/use-threads';
import { trpc } from '@/client/trpc';
import { useMe } from '@/client/user/use-me';
import type { PersonView } from '@/shared/user';

/** Somebody of whom this page knows; where they were last seen writing, if it does know that. */
export type KnownPerson = { person: PersonView; wrote?: { path: string; place: string } };

const shown = 30;

/** People of the lists and threads in this page, whoever wrote last first. */
export function knownPeople(queryClient: QueryClient): KnownPerson[] {
  const people = new Map<string, KnownPerson>();
  const threads = listedThreads(queryClient);
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const last = threads.flatMap(({ id, seq, lastMessage }) =>
    lastMessage ? [{ threadId: id, person: lastMessage.author, seq: Math.max(1, seq) }] : [],
  );
  for (const { threadId, person, seq } of [...last, ...loadedPeople()]) {
    const thread = byId.get(threadId);
    if (!thread || people.has(person.id)) continue;
    const place = thread.isMain ? thread.room.name : thread.title;
    people.set(person.id, { person, wrote: { path: `${threadPath(thread)}?at=${seq}`, place } });
  }
  return [...people.values()].slice(0, shown);
}

/** Others by a part of their name: those of this page, of the viewer's rooms, and accounts. */
export function useFoundPeople(search: string, known: KnownPerson[]): KnownPerson[] {
  const me = useMe();
  const { data: contacts } = useContacts(search);
  const { data: accounts } = useQuery({
    queryKey: ['palette-people', search],
    queryFn: async () => (await trpc().user.search.query({ search })).people,
    enabled: search.length > 1 && me?.kind === 'registered',
    placeholderData: (before) => before,
  });
  const people = new Map(known.map((one) => [one.person.id, one]));
  for (const person of [...(contacts ?? []), ...(accounts ?? [])])
    if (!people.has(person.id)) people.set(person.id, { person });
  if (me?.id) people.delete(me.id);
  return [...people.values()];
}
