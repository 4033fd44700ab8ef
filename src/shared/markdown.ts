import { mentionsMax } from '@/shared/limits';
import { parseBlocks } from '@/shared/markdown-block';
import { inlineParser } from '@/shared/markdown-inline';
import { inlinesOf, type Markdown } from '@/shared/markdown-tree';
import { asTyped, hasMarks, isEmojiOnly, lineAsTyped, lineHasMarks, oneLine } from '@/shared/markdown-typed';

const cacheSize = 400;

const cache = new Map<string, Markdown>();

/**
 * A message's text as a tree of the few elements that a message may have. The same text gives the same
 * tree, most times from a cache. It never throws, and its cost is bounded for any text.
 */
export function parseMarkdown(text: string): Markdown {
  const known = cache.get(text);
  if (known) {
    cache.delete(text);
    cache.set(text, known);
    return known;
  }
  const made = hasMarks(text)
    ? { blocks: parseBlocks(text, inlineParser()), isEmojiOnly: isEmojiOnly(text) }
    : asTyped(text);
  cache.set(text, made);
  const [oldest] = cache.keys();
  if (cache.size > cacheSize && oldest !== undefined) cache.delete(oldest);
  return made;
}

/** The same for what stands in a line of its own, where blocks mean nothing: what somebody did. */
export function parseLine(text: string): Markdown {
  const line = oneLine(text);
  if (!lineHasMarks(line)) return lineAsTyped(line);
  return { blocks: [{ type: 'paragraph', children: inlineParser()(line) }], isEmojiOnly: false };
}

/** Whom a text mentions, each once and no more than the limit; mentions in code are just code. */
export function mentionsIn(text: string): string[] {
  if (!text.includes('<@')) return [];
  const found = new Set<string>();
  for (const inline of inlinesOf(parseMarkdown(text).blocks))
    if (inline.type === 'mention' && found.size < mentionsMax) found.add(inline.userId);
  return [...found];
}
