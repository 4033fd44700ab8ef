/** The topmost message in sight and its distance from the view's top, px; `end` follows what comes. */
export type ReadingPlace = { seq: number; offset: number } | 'end';

const key = (threadId: string) => `foyer.place.${threadId}`;
const places = new Map<string, ReadingPlace>();

/** Where this tab left a thread: kept over a reload, forgotten with the tab. */
export function readingPlaceOf(threadId: string): ReadingPlace {
  const known = places.get(threadId);
  if (known) return known;
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key(threadId)) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return 'end';
    const { seq, offset } = stored as Record<string, unknown>;
    return Number.isSafeInteger(seq) && Number.isFinite(offset)
      ? { seq: Number(seq), offset: Number(offset) }
      : 'end';
  } catch {
    return 'end'; // Storage is closed to us, or holds something else.
  }
}

export function keepReadingPlace(threadId: string, place: ReadingPlace): void {
  places.set(threadId, place);
  try {
    if (place === 'end') sessionStorage.removeItem(key(threadId));
    else sessionStorage.setItem(key(threadId), JSON.stringify(place));
  } catch {
    // Kept in memory above.
  }
}
