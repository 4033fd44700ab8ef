import { useSyncExternalStore } from 'react';

export type Loss = 'left' | 'removed' | 'banned';

/** Rooms that this person lost while the page was open, so that it can say what became of them. */
let lost: ReadonlyMap<string, Loss> = new Map();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** @param how null when the room is theirs again */
export function tellLoss(roomId: string, how: Loss | null): void {
  const next = new Map(lost);
  if (how) next.set(roomId, how);
  else next.delete(roomId);
  lost = next;
  for (const listener of listeners) listener();
}

export const useLoss = (roomId: string | undefined): Loss | null =>
  useSyncExternalStore(
    subscribe,
    () => (roomId ? (lost.get(roomId) ?? null) : null),
    () => null,
  );
