'use client';

import { X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useContacts } from '@/client/room/use-room-changes';
import { Face } from '@/client/user/face';
import { PersonName } from '@/client/user/person-name';
import { searchMaxChars } from '@/shared/limits';
import type { PersonView } from '@/shared/user';

type Props = { people: PersonView[]; onChange(people: PersonView[]): void; max: number };

/** Chooses people by name among those whom the viewer shares a room with. */
export function PeoplePicker({ people, onChange, max }: Props) {
  const [search, setSearch] = useState('');
  const { data: found } = useContacts(useDeferredValue(search.trim()));
  const chosen = new Set(people.map((person) => person.id));
  const others = found?.filter((person) => !chosen.has(person.id));
  return (
    <div>
      {people.length > 0 && (
        <ul aria-label="Chosen" className="mb-2 flex flex-wrap gap-1.5">
          {people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                onClick={() => onChange(people.filter((other) => other.id !== person.id))}
                className="flex h-8 items-center gap-1.5 rounded-full bg-accent-soft pr-2.5 pl-1 text-sm max-md:h-11"
                aria-label={`Take ${person.name} out`}
              >
                <Face person={person} size={24} />
                <PersonName person={person} />
                <X size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        type="search"
        aria-label="Search people you know"
        placeholder="Search people you know"
        value={search}
        maxLength={searchMaxChars}
        onChange={(event) => setSearch(event.target.value)}
        className="h-10 w-full rounded-control border bg-surface px-3 text-base max-md:h-11"
      />
      <ul aria-label="People you know" className="mt-1 max-h-48 quiet-scroll overflow-y-auto">
        {others?.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              disabled={people.length >= max}
              onClick={() => onChange([...people, person])}
              className="flex h-10 w-full items-center gap-2.5 rounded-control px-2 text-left text-md hover:bg-hover disabled:opacity-45 max-md:h-11"
            >
              <Face person={person} size={24} />
              <span dir="auto" className="truncate">
                <PersonName person={person} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {others?.length === 0 && (
        <p className="px-2 py-1.5 text-sm text-soft">
          {search ? 'Nobody you share a room with has that name.' : 'Nobody else is in your rooms yet.'}
        </p>
      )}
    </div>
  );
}
