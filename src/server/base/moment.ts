import pg from 'pg';

const timestamptz = pg.types.builtins.TIMESTAMPTZ;
const anyMoment: (text: string) => Date = pg.types.getTypeParser(timestamptz);

/** A `timestamptz` as PostgreSQL writes it; of a session in UTC, as ours are, without a regular expression. */
export const momentOf = (text: string): Date =>
  text[4] === '-' && text.endsWith('+00')
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : anyMoment(text);

const utcMarks = ['+00', '+00:00', 'Z'];

/** The same moment as ISO 8601 has it, to the millisecond, whether a column or JSON gave the text. */
export function isoOf(text: string): string {
  const mark = utcMarks.find((each) => text.endsWith(each));
  if (mark === undefined || text[4] !== '-')
    return (text[10] === 'T' ? new Date(text) : anyMoment(text)).toISOString();
  const time = text.slice(11, -mark.length);
  return `${text.slice(0, 10)}T${time.length > 8 ? time.padEnd(12, '0').slice(0, 12) : `${time}.000`}Z`;
}

/** The library's types, with moments read by `momentOf`. */
export const columnTypes = new pg.TypeOverrides();
columnTypes.setTypeParser(timestamptz, momentOf);

/** What reads the text of a value of this type; the library's types take it for one that reads numbers. */
export const parserOf = (oid: number) =>
  columnTypes.getTypeParser(oid, 'text') as unknown as (text: string) => unknown;
