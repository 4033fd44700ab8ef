import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import {
  identityAs,
  knownAccount,
  onIdentity,
  rememberAccount,
  rememberVisitorName,
  visitorName,
  visitorSecret,
} from '@/client/identity';
import { trpc } from '@/client/trpc';
import type { UpdateMeInput } from '@/shared/account';
import type { MeView, SessionView, Sharing } from '@/shared/user';

/** One answer per identity: what the server said to one person is not shown to the next. */
export const sessionKey = () => ['session', identityAs()] as const;

export type Me = {
  /** Null until the first write makes the visitor's row. */
  id: string | null;
  name: string;
  kind: MeView['kind'];
  /** The generated picture they chose; absent for the one that comes with the id. */
  picture?: number | undefined;
  sharing: Sharing;
};

const sharesAll: Sharing = { showsReceipts: true, showsTyping: true, showsPresence: true };

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
onIdentity(() => {
  learnedId = undefined;
  tellListeners();
});

function knownId(): string | null {
  if (learnedId !== undefined) return learnedId;
  const account = knownAccount();
  if (account) return (learnedId = account.id);
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
export const isMe = (id: string): boolean => knownId() === id;

/** The first write made this person's row: its id came back with what was written. */
export function learnMyId(id: string): void {
  if (learnedId === id || knownAccount()) return;
  learnedId = id;
  try {
    localStorage.setItem(idKey, `${visitorSecret().slice(0, 8)} ${id}`);
  } catch {
    // Storage is closed to us: the session's answer says it at the next visit.
  }
  tellListeners();
}

const knownKind = () => (knownAccount() ? 'registered' : 'visitor');
const knownName = () => knownAccount()?.name ?? visitorName();

/** What the server says of the person at this browser; undefined until it has. */
export function useSession(isEnabled = true): SessionView | undefined {
  const as = useSyncExternalStore(subscribe, identityAs, () => null);
  const { data } = useQuery({
    queryKey: ['session', as],
    queryFn: async () => {
      const session = await trpc().session.get.query();
      if (session.me) learnMyId(session.me.id);
      return session;
    },
    enabled: isEnabled && as !== null,
  });
  return data;
}

/** The person at this browser; null on the server and while hydrating. */
export function useMe(): Me | null {
  const name = useSyncExternalStore(subscribe, knownName, () => null);
  const learned = useSyncExternalStore(subscribe, knownId, () => null);
  const kind = useSyncExternalStore(subscribe, knownKind, () => 'visitor' as const);
  const session = useSession(name !== null);
  if (name === null) return null;
  return session?.me
    ? {
        id: session.me.id,
        name: session.me.name,
        kind: session.me.kind,
        picture: session.me.picture,
        sharing: session.me,
      }
    : { id: learned, name, kind, sharing: sharesAll };
}

/** Changes how this person is seen, from now on and on what they wrote before. */
export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: UpdateMeInput) => trpc().user.update.mutate(input),
    onSuccess(me) {
      if (!me) return;
      const account = knownAccount();
      if (account) rememberAccount({ ...account, name: me.name });
      else rememberVisitorName(me.name);
      tellListeners();
      queryClient.setQueryData(sessionKey(), (old: SessionView | undefined) => old && { ...old, me });
      void queryClient.invalidateQueries({ queryKey: ['session'] });
      void queryClient.invalidateQueries({ queryKey: ['account'] });
    },
  });
}
