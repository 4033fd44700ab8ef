import { clsx } from 'clsx';
import { Face } from '@/client/user/face';
import { PersonName } from '@/client/user/person-name';
import type { PersonView } from '@/shared/user';

type Props = {
  people: readonly PersonView[];
  active: PersonView | undefined;
  listId: string;
  optionId(person: PersonView): string;
  pick(person: PersonView): void;
};

/** Floats over the composer while an `@` could mean somebody; the focus stays in the text. */
export function MentionList({ people, active, listId, optionId, pick }: Props) {
  return (
    <>
      <span role="status" className="sr-only">
        {people.length > 0 &&
          `${people.length === 1 ? '1 person' : `${people.length} people`} to mention. Up and down choose, Enter takes.`}
      </span>
      {people.length > 0 && (
        <div
          role="listbox"
          id={listId}
          aria-label="People to mention"
          className="absolute inset-x-0 bottom-full z-20 mb-1 max-h-72 max-w-80 animate-[appear_120ms_var(--ease-out)] quiet-scroll overflow-y-auto rounded-xl border bg-raised p-1 shadow-float"
        >
          {people.map((person) => (
            // The text keeps the focus, and with it the keys.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
            <div
              key={person.id}
              role="option"
              tabIndex={-1}
              id={optionId(person)}
              aria-selected={person === active}
              ref={(element) => {
                if (person === active) element?.scrollIntoView({ block: 'nearest' });
              }}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => pick(person)}
              className={clsx(
                'flex h-9 cursor-pointer items-center gap-2.5 rounded-control px-2 text-md max-md:h-11',
                person === active ? 'bg-selected' : 'hover:bg-hover',
              )}
            >
              <Face person={person} size={24} />
              <span className="truncate">
                <PersonName person={person} />
              </span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}
