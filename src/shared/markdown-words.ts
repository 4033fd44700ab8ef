import type { Block, Inline } from '@/shared/markdown-tree';
import { mentionPattern } from '@/shared/mention';

/** The name of a person whom a text mentions; undefined when it is not known here. */
export type NameOf = (userId: string) => string | undefined;

/** Stands for somebody whose name may not be shown. */
export const unknownName = 'someone';

/** A mention whose end was cut off with the text's. */
const cutMention = /<(?:@[\da-f-]{0,36})?$/;
export const withoutCutMention = (text: string): string =>
  text.replace(cutMention, (cut) => (cut.length > 1 ? '@…' : cut));

/** A text with names in the place of mentions, and all else as it was typed. */
export function withNames(text: string, nameOf: NameOf): string {
  return text.replace(mentionPattern, (_, userId: string) => `@${nameOf(userId) ?? unknownName}`);
}

/** What parsed blocks say, without marks. */
export const blocksText = (blocks: readonly Block[], nameOf: NameOf): string =>
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
