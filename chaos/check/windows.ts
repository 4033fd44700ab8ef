import type { Event } from '../history';

export type FaultWindow = { id: string; from: number; to: number };

/** The faults of a run, each from its beginning to its end; one that is a moment ends when it begins. */
export function windowsOf(events: readonly Event[]): FaultWindow[] {
  const windows: FaultWindow[] = [];
  for (const event of events) {
    if (event.f !== 'fault') continue;
    if (event.isOn) windows.push({ id: event.id, from: event.t, to: event.t });
    else {
      const open = windows.findLast((window) => window.id === event.id);
      if (open) open.to = event.t;
    }
  }
  return windows.toSorted((a, b) => a.from - b.from);
}

/** After a fault is healed, what is late counts as its doing for this long. */
const aftermathMs = 5_000;

/**
 * The fault that something which lasted from one moment to another is laid to: the one under which it
 * began, else the first that came meanwhile, else the one that had just been healed. Null in calm.
 */
export const causeOf = (windows: readonly FaultWindow[], from: number, to: number): string | null =>
  (
    windows.find((one) => one.from <= from && from <= one.to) ??
    windows.find((one) => one.from > from && one.from <= to) ??
    windows.findLast((one) => one.to < from && from <= one.to + aftermathMs)
  )?.id ?? null;
