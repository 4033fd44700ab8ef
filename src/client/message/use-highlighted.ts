import { useEffect, useMemo, useSyncExternalStore } from 'react';

/** A stretch of code; `role` chooses its colour, null is plain. */
export type CodePiece = { text: string; role: CodeRole | null };
export type CodeRole = 'comment' | 'keyword' | 'string' | 'number' | 'name' | 'added' | 'removed';
type Highlight = (language: string, text: string) => CodePiece[] | null;

let highlight: Highlight | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The colours are no part of the page: they are fetched when the first code with a language is seen. */
function load(): Promise<void> {
  return (loading ??= import('@/client/message/highlight').then(
    (module) => {
      highlight = module.highlight;
      for (const listener of listeners) listener();
    },
    () => {
      // Plain code is whole as well; the next code block tries again.
      loading = undefined;
    },
  ));
}

/** The coloured pieces of a code; null while there are none, or for a language without. */
export function useHighlighted(language: string | null, text: string): CodePiece[] | null {
  const loaded = useSyncExternalStore(
    subscribe,
    () => highlight,
    () => undefined,
  );
  useEffect(() => {
    if (language && !loaded) void load();
  }, [language, loaded]);
  return useMemo(() => (language && loaded ? loaded(language, text) : null), [language, loaded, text]);
}
