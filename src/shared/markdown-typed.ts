import type { Inline, Markdown } from '@/shared/markdown-tree';
import { mentionPattern } from '@/shared/mention';

/** Of an emoji-only text; one emoji can have a dozen code units. */
const emojiTextMax = 64;
const emojiMax = 3;
const pictograph = /\p{Extended_Pictographic}|\p{RI}{2}|^[#*0-9]\uFE0F?\u20E3$/u;

/** Lines of one paragraph whose every line opens a block, or has to be looked at for it. */
export const anyBlock = /^ *(?:```|~~~|>(?: |$)|[-*] |\d{1,9}[.)] )/m;
/** Whether any of these words could mean more than themselves. */
export const anyMark = /[*_`~[\\<@]|:\/\/|www\./i;

/** Whether a text has to be parsed to know what it means. Most have not: they are words, and people. */
export const hasMarks = (text: string): boolean => anyBlock.test(text) || lineHasMarks(text);

/** The same of a line of its own, where blocks mean nothing. */
export const lineHasMarks = (line: string): boolean =>
  anyMark.test(line.includes('<@') ? line.replace(mentionPattern, ' ') : line);

/** A text as it was typed, with the people it calls: all that there is to one without marks. */
export const asTyped = (text: string): Markdown => ({
  blocks: [{ type: 'paragraph', children: typedInlines(text) }],
  isEmojiOnly: isEmojiOnly(text),
});

/** The same for what stands in a line of its own. */
export const lineAsTyped = (text: string): Markdown => ({
  blocks: [{ type: 'paragraph', children: typedInlines(oneLine(text)) }],
  isEmojiOnly: false,
});

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** What stands in a line of its own means something else than the same words in a message. */
export const treeKey = (text: string, isLine: boolean): string => (isLine ? `\n${oneLine(text)}` : text);

function typedInlines(text: string): Inline[] {
  if (!text.includes('<@')) return [{ type: 'text', text }];
  const inlines: Inline[] = [];
  let at = 0;
  for (const found of text.matchAll(mentionPattern)) {
    if (found.index > at) inlines.push({ type: 'text', text: text.slice(at, found.index) });
    inlines.push({ type: 'mention', userId: found[1] ?? '' });
    at = found.index + found[0].length;
  }
  if (at < text.length) inlines.push({ type: 'text', text: text.slice(at) });
  return inlines;
}

export function isEmojiOnly(text: string): boolean {
  if (text.length > emojiTextMax || !pictograph.test(text)) return false;
  const parts = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const shown = parts.filter((part) => part.trim());
  return shown.length <= emojiMax && shown.every((part) => pictograph.test(part));
}
