import { parseMarkdown } from '@/shared/markdown';
import { oneLine } from '@/shared/markdown-typed';
import { blocksText, withoutCutMention, type NameOf } from '@/shared/markdown-words';

/** One line without any character that could be a mark. Most texts are, and lists show thousands of them. */
const unmarked = /^[\p{L}@][\p{L}\p{M}\p{N} ,.!?'"():;/@%-]*$/u;

/** What a text says, without marks: for lists, quotes, titles, notifications and labels. */
export function plainText(text: string, nameOf: NameOf = () => undefined): string {
  if (unmarked.test(text) && !text.endsWith(' ')) return text;
  return blocksText(parseMarkdown(withoutCutMention(text)).blocks, nameOf);
}

/** The same in one line. */
export const plainLine = (text: string, nameOf?: NameOf): string => oneLine(plainText(text, nameOf)).trim();
