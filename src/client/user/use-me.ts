import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { rememberVisitorName, visitorName, visitorSecret } from '@/client/identity';
import { trpc } from '@/client/trpc';
import type { MeView } from '@/shared/user';

export const sessionKey = ['session'] as const;

export type Me = {
  /** Null until the first write makes the visitor's row. */
  id: string | null;
  name: string;
  kind: MeView['kind'];
};

const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tellListeners = () => {
  for (const listener of listeners) listener();
};
const idKey = 'foyer.me';
/** Own messages stand on their side at once, before the server has said who is there. */
let learnedId: string | null | undefined;

function knownId(): string | null {
  if (learnedId !== undefined) return learnedId;
  try {
    const [secret, id] = (localStorage.getItem(idKey) ?? '').split(' ');
    learnedId = id && secret === visitorSecret().slice(0, 8) ? id : null;
  } catch {
    learnedId = null;
  }
  return learnedId;
}

/** Whether the server has a row for this person, as far as this browser knows. */
export const isSomebody = (): boolean => knownId() !== null;

/** The first write made this person's row: its id came back with what was written. */
export function learnMyId(id: string): void {
  if (learnedId === id) return;
  learnedId = id;
  try {
    localStorage.setItem(idKey, `${visitorSecret().slice(0, 8)} ${id}`);
  } catch {
    // Storage is closed to us: the session's answer says it at the next visit.
  }
  tellListeners();
}

/** The person at this browser; null on the server and while hydrating. */
export function useMe(): Me | null {
  const name = useSyncExternalStore(subscribe, visitorName, () => null);
  const learned = useSyncExternalStore(subscribe, knownId, () => null);
  const { data } = useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      const session = await trpc().session.get.query();
      if (session.me) learnMyId(session.me.id);
      return session;
    },
    enabled: name !== null,
  });
  if (name === null) return null;
  return data?.me
    ? { id: data.me.id, name: data.me.name, kind: data.me.kind }
    : { id: learned, name, kind: 'visitor' };
}

/** Changes the name under which this person writes, from now on and on what they wrote before. */
export function useRename() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => trpc().user.update.mutate({ name }),
    onSuccess(me) {
      if (!me) return;
      rememberVisitorName(me.name);
      tellListeners();
      queryClient.setQueryData(sessionKey, { me });
    },
  });
}
