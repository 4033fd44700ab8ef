const dayMs = 86_400_000;
const lazy = <T>(make: () => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
const clock = lazy(
  () => new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const weekday = lazy(() => new Intl.DateTimeFormat(undefined, { weekday: 'short' }));
const dayMonth = lazy(() => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }));
const dayMonthYear = lazy(
  () => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' }),
);
const fullDay = lazy(
  () => new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' }),
);
const fullDayYear = lazy(
  () =>
    new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
);
const exact = lazy(() => new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }));
const number = lazy(() => new Intl.NumberFormat());

/** "14:05", in the reader's own time zone. */
export const clockOf = (iso: string): string => clock().format(new Date(iso));

/** The moment in full, with its zone, for those who hover. */
export const exactOf = (iso: string): string => exact().format(new Date(iso));

/** A key that is the same for two moments of one local day. */
export const dayKeyOf = (iso: string): string => new Date(iso).toDateString();

/** "Today", "Yesterday", "Monday, 2 March", with the year when it is another one. */
export function dayOf(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / dayMs);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (date.getFullYear() === now.getFullYear() ? fullDay() : fullDayYear()).format(date);
}

/** How lists say when: "14:05" today, "Tue" within a week, "2 Mar", "2 Mar 2024". */
export function listTimeOf(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / dayMs);
  if (days <= 0) return clock().format(date);
  if (days < 7) return weekday().format(date);
  return (date.getFullYear() === now.getFullYear() ? dayMonth() : dayMonthYear()).format(date);
}

/** A moment in a sentence: "14:05" today, "Tue 14:05" within a week, "2 Mar 14:05". */
export function whenOf(iso: string, now: Date = new Date()): string {
  const time = clock().format(new Date(iso));
  return dayKeyOf(iso) === now.toDateString() ? time : `${listTimeOf(iso, now)} ${time}`;
}

export const countOf = (n: number): string => number().format(n);

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

const twoDigits = (n: number) => String(n).padStart(2, '0');
/** The local day of a moment as date inputs write it, "2026-03-09". */
export const localDateOf = (date: Date): string =>
  `${String(date.getFullYear()).padStart(4, '0')}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
