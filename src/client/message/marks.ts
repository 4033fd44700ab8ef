import { createContext, useContext, useMemo } from 'react';
import { connectionState } from '@/client/connection';
import { Later, useLater } from '@/client/lib/later';
import { loadProblem } from '@/client/lib/load-problem';
import { parserWaitMs } from '@/shared/limits';
import type { Markdown } from '@/shared/markdown-tree';
import { asTyped, hasMarks, lineAsTyped, lineHasMarks, oneLine, treeKey } from '@/shared/markdown-typed';
import { blocksText, withoutCutMention, type NameOf } from '@/shared/markdown-words';

let isTold = false;

/** The parser is no part of the first load: what the server rendered comes as trees. */
const parser = new Later(async () => {
  try {
    const code = await import('@/shared/markdown');
    if (isTold) loadProblem.clear();
    return code;
  } catch (cause) {
    tellOnce();
    throw cause;
  }
});

/** A page whose scripts the server has no more keeps its stream: nothing else says that it is old. */
function tellOnce(): void {
  if (isTold || connectionState() !== 'live') return;
  isTold = true;
  loadProblem.tell();
}

/** What the texts of the first page mean, by `treeKey`. */
export const TreesContext = createContext<ReadonlyMap<string, Markdown>>(new Map());

/** What a text means. One with marks stands as it was typed until the parser is there. */
export function useMarkdown(text: string, isLine = false): Markdown {
  const given = useContext(TreesContext).get(treeKey(text, isLine));
  const isMarked = isLine ? lineHasMarks(oneLine(text)) : hasMarks(text);
  const code = useLater(parser, isMarked && !given);
  return useMemo(() => {
    if (given) return given;
    if (isLine) return isMarked && code ? code.parseLine(text) : lineAsTyped(text);
    return isMarked && code ? code.parseMarkdown(text) : asTyped(text);
  }, [given, isMarked, code, text, isLine]);
}

/** What a text says in one line, with names in the place of mentions, to be asked for the names of now. */
export function usePlainLine(text: string): (nameOf: NameOf) => string {
  const { blocks } = useMarkdown(withoutCutMention(text));
  return (nameOf) => oneLine(blocksText(blocks, nameOf)).trim();
}

/** Marks are being written, and whoever writes them will see what they mean. */
export function expectMarks(text: string): void {
  if (hasMarks(text)) parser.preload();
}

/**
 * Waits until these texts can be drawn as they will stay, for a moment at most: without the parser they are
 * shown as they were typed.
 */
export async function readyToDraw(messages: readonly { text: string }[]): Promise<void> {
  if (!messages.some(({ text }) => hasMarks(text))) return;
  const tooLong = new Promise((done) => setTimeout(done, parserWaitMs));
  await Promise.race([parser.load().catch(() => undefined), tooLong]);
}
