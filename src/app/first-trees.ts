import { parseLine, parseMarkdown } from '@/shared/markdown';
import type { Markdown } from '@/shared/markdown-tree';
import { hasMarks, treeKey } from '@/shared/markdown-typed';
import { withoutCutMention } from '@/shared/markdown-words';
import type { MessageView } from '@/shared/message';

type Said = Pick<MessageView, 'kind' | 'text' | 'replyTo'>;

/** What the texts of a page mean that have marks, and what they answer: the browser has no parser at first. */
export function treesOf(messages: readonly Said[]): [key: string, tree: Markdown][] {
  const trees = new Map<string, Markdown>();
  for (const { kind, text, replyTo } of messages) {
    const isLine = kind !== 'text';
    const quoted = replyTo && withoutCutMention(replyTo.text);
    if (hasMarks(text)) trees.set(treeKey(text, isLine), isLine ? parseLine(text) : parseMarkdown(text));
    if (quoted && hasMarks(quoted)) trees.set(treeKey(quoted, false), parseMarkdown(quoted));
  }
  return [...trees];
}
