import type { PersonView } from '@/shared/user';

/** A name, with a word beside it for whoever has no account. */
export const PersonName = ({ person: { name, kind } }: { person: Pick<PersonView, 'name' | 'kind'> }) => (
  <>
    <bdi>{name}</bdi>
    {kind === 'visitor' && <span className="ml-1.5 text-xs font-normal text-faint">visitor</span>}
  </>
);
