import type { QueryClient } from '@tanstack/react-query';
import { loadedPeople } from '@/client/message/feeds';
import { threadPath } from '@/client/paths';
import { listedThreads } from '@/client/thread/use-threads';

/** Somebody of whom this page knows, and where they were last seen writing. */
export type KnownPerson = { id: string; name: string; path: string; place: string };

const shown = 30;

/** People of the lists and threads in this page, whoever wrote last first. */
export function knownPeople(queryClient: QueryClient): KnownPerson[] {
  const people = new Map<string, KnownPerson>();
  const threads = listedThreads(queryClient);
  for (const thread of threads) {
    const { id, name } = thread.lastMessage?.author ?? {};
    if (!id || !name || people.has(id)) continue;
    const place = thread.isMain ? thread.room.name : thread.title;
    people.set(id, { id, name, path: `${threadPath(thread)}?at=${Math.max(1, thread.seq)}`, place });
  }
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  for (const { threadId, person, seq } of loadedPeople()) {
    const thread = byId.get(threadId);
    if (!thread || people.has(person.id)) continue;
    const place = thread.isMain ? thread.room.name : thread.title;
    people.set(person.id, {
      id: person.id,
      name: person.name,
      path: `${threadPath(thread)}?at=${seq}`,
      place,
    });
  }
  return [...people.values()].slice(0, shown);
}
