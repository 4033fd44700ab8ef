/** Cursors of a thread's stream, `EPOCH.REV`. */
export const cursorOf = (epoch: string, rev: number) => `${epoch}.${rev}`;

/** Which log a cursor is of. */
export const epochOf = (cursor: string): string => cursor.split('.')[0] ?? '';

/** The rev of a cursor of this epoch, or null: another epoch, or not a cursor at all. */
export function revOf(cursor: string, epoch: string): number | null {
  const [theirs, rev, ...rest] = cursor.split('.');
  if (theirs !== epoch || rest.length > 0 || !rev || !/^\d{1,10}$/.test(rev)) return null;
  return Number(rev);
}
