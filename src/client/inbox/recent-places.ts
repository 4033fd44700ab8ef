const key = 'foyer.recent';
const kept = 8;

/** A place that this browser has been to, newest first. */
export type RecentPlace = { path: string; title: string; room: string };

const isPlace = (value: unknown): value is RecentPlace =>
  typeof value === 'object' &&
  value !== null &&
  ['path', 'title', 'room'].every((field) => typeof (value as Record<string, unknown>)[field] === 'string') &&
  (value as RecentPlace).path.startsWith('/');

export function recentPlaces(): RecentPlace[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPlace).slice(0, kept) : [];
  } catch {
    return []; // Storage is closed to us, or holds something else.
  }
}

export function rememberPlace(place: RecentPlace): void {
  const places = [place, ...recentPlaces().filter((known) => known.path !== place.path)].slice(0, kept);
  try {
    localStorage.setItem(key, JSON.stringify(places));
  } catch {
    // Then there are none.
  }
}
