import pg from 'pg';

const timestamptz = pg.types.builtins.TIMESTAMPTZ;
const anyMoment: (text: string) => Date = pg.types.getTypeParser(timestamptz);

/** A `timestamptz` as PostgreSQL writes it; of a session in UTC, as ours are, without a regular expression. */
export const momentOf = (text: string): Date =>
  text[4] === '-' && text.endsWith('+00')
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : anyMoment(text);

/** The library's types, with moments read by `momentOf`. */
export const columnTypes = new pg.TypeOverrides();
columnTypes.setTypeParser(timestamptz, momentOf);
