import { useEffect, useSyncExternalStore } from 'react';
import { v7 as newId } from 'uuid';
import { trpc } from '@/client/trpc';
import { isMe, isSomebody } from '@/client/user/use-me';
import { presenceAskMs, presenceWatchedMax } from '@/shared/limits';
import type { PresenceView } from '@/shared/signal';

/** The number under which this page speaks of itself: its stream and its calls may take different ways. */
export const tabId = newId();

const known = new Map<string, PresenceView>();
/** How many components show each person; the one shown last stands last. */
const shown = new Map<string, number>();
const listeners = new Set<() => void>();
const togetherMs = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function askIn(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), ms);
}

/** Asks for those who are shown now; the stream tells their changes. */
async function ask(): Promise<void> {
  if (shown.size === 0 || !isSomebody()) return;
  askIn(presenceAskMs);
  const userIds = [...shown.keys()].slice(-presenceWatchedMax);
  try {
    const { people } = await trpc().user.watchPresence.mutate({ tab: tabId, userIds });
    for (const userId of userIds) known.delete(userId);
    for (const view of people) known.set(view.userId, view);
    tell();
  } catch {
    // Asked again in a minute, or when the connection is back.
  }
}

function show(userId: string): () => void {
  const count = shown.get(userId) ?? 0;
  shown.delete(userId);
  shown.set(userId, count + 1);
  if (count === 0) askIn(togetherMs);
  return () => {
    const left = (shown.get(userId) ?? 1) - 1;
    if (left > 0) shown.set(userId, left);
    else shown.delete(userId);
  };
}

/** The stream has begun anew: it knows nothing of whom this page shows. */
export const askPresence = (): void => askIn(togetherMs);

export function takePresence(people: readonly PresenceView[]): void {
  for (const view of people) known.set(view.userId, view);
  tell();
}

/** The person hides their presence now, or is another one: nobody's is known. */
export function forgetPresence(): void {
  known.clear();
  tell();
  askIn(togetherMs);
}

/** How somebody stands; null while it is unknown, hidden, or one's own. */
export function usePresence(userId: string): PresenceView | null {
  useEffect(() => (isMe(userId) ? undefined : show(userId)), [userId]);
  return useSyncExternalStore(
    subscribe,
    () => known.get(userId) ?? null,
    () => null,
  );
}
