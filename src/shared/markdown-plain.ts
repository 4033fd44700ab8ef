import { parseMarkdown } from '@/shared/markdown';
import { mentionPattern } from '@/shared/mention';
import type { Block, Inline } from '@/shared/markdown-tree';

/** The name of a person whom a text mentions; undefined when it is not known here. */
export type NameOf = (userId: string) => string | undefined;

/** Stands for somebody whose name may not be shown. */
export const unknownName = 'someone';

/** A mention whose end was cut off with the text's. */
const cutMention = /<(?:@[\da-f-]{0,36})?$/;

/** One line without any character that could be a mark. Most texts are, and lists show thousands of them. */
const unmarked = /^[\p{L}@][\p{L}\p{M}\p{N} ,.!?'"():;/@%-]*$/u;

/** What a text says, without marks: for lists, quotes, titles, notifications and labels. */
export function plainText(text: string, nameOf: NameOf = () => undefined): string {
  if (unmarked.test(text) && !text.endsWith(' ')) return text;
  const whole = text.replace(cutMention, (cut) => (cut.length > 1 ? '@…' : cut));
  return blocksText(parseMarkdown(whole).blocks, nameOf);
}

/** The same in one line. */
export const plainLine = (text: string, nameOf?: NameOf): string =>
  plainText(text, nameOf).replace(/\s+/g, ' ').trim();

/** A text with names in the place of mentions, and all else as it was typed. */
export function withNames(text: string, nameOf: NameOf): string {
  return text.replace(mentionPattern, (_, userId: string) => `@${nameOf(userId) ?? unknownName}`);
}

const blocksText = (blocks: readonly Block[], nameOf: NameOf): string =>
  blocks.map((block) => blockText(block, nameOf)).join('\n');

function blockText(block: Block, nameOf: NameOf): string {
  switch (block.type) {
    case 'paragraph':
      return inlineText(block.children, nameOf);
    case 'code-block':
      return block.text;
    case 'quote':
      return blocksText(block.blocks, nameOf);
    case 'list':
      return block.items
        .map(({ number, children, lists }) => {
          const words = `${number === null ? '•' : `${number}.`} ${inlineText(children, nameOf)}`;
          return lists.length > 0 ? `${words}\n${blocksText(lists, nameOf)}` : words;
        })
        .join('\n');
  }
}

const inlineText = (inlines: readonly Inline[], nameOf: NameOf): string =>
  inlines
    .map((inline) => {
      switch (inline.type) {
        case 'text':
        case 'code':
          return inline.text;
        case 'mention':
          return `@${nameOf(inline.userId) ?? unknownName}`;
        case 'bold':
        case 'italic':
        case 'strike':
        case 'link':
          return inlineText(inline.children, nameOf);
      }
    })
    .join('');
