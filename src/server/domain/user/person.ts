import type { PersonView, UserKind } from '@/shared/user';

/**
 * A person as others see them, as JSON.
 * @param of alias of `users` in the statement
 */
export const personSql = (of: string) =>
  `jsonb_strip_nulls(jsonb_build_object('id', ${of}.id, 'kind', ${of}.kind, 'name', ${of}.name, 'picture', ${of}.picture))`;

/** The same from columns. */
export const personOf = (
  id: string,
  { kind, name, picture }: { kind: UserKind; name: string; picture: number | null },
): PersonView => ({ id, kind, name, ...(picture !== null && { picture }) });
