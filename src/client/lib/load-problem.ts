import { useSyncExternalStore } from 'react';

let isThere = false;
const listeners = new Set<() => void>();

function set(is: boolean): void {
  if (isThere === is) return;
  isThere = is;
  for (const listener of listeners) listener();
}

/** Whether something that was pressed could not be fetched. */
export const loadProblem = { tell: () => set(true), clear: () => set(false) };

export const useLoadProblem = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isThere,
    () => false,
  );
