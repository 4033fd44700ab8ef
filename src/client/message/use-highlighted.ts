import { useMemo } from 'react';
import { Later, useLater } from '@/client/lib/later';

/** A stretch of code; `role` chooses its colour, null is plain. */
export type CodePiece = { text: string; role: CodeRole | null };
export type CodeRole = 'comment' | 'keyword' | 'string' | 'number' | 'name' | 'added' | 'removed';

/** The colours are no part of the page: they are fetched when the first code with a language is seen. */
const colours = new Later(() => import('@/client/message/highlight'));

/** The coloured pieces of a code; null while there are none, or for a language without. */
export function useHighlighted(language: string | null, text: string): CodePiece[] | null {
  const loaded = useLater(colours, language !== null);
  return useMemo(
    () => (language && loaded ? loaded.highlight(language, text) : null),
    [language, loaded, text],
  );
}
