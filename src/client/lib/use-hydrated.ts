import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False on the server and while hydrating: what depends on the browser is drawn after that. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
