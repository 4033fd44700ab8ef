import type { ParseInline } from '@/shared/markdown-inline';
import { languages } from '@/shared/markdown-language';
import type { Block, Inline, ListBlock, ListItem } from '@/shared/markdown-tree';
import { anyBlock } from '@/shared/markdown-typed';

/** Quotes in quotes and lists in lists; what is deeper stands as it was typed. */
const depthMax = 3;
const fence = /^ {0,3}(`{3,}|~{3,})([^`~]*)$/;
const quoted = /^ {0,3}>(?: |$)/;
const point = /^( {0,12})([-*]|\d{1,9}[.)]) +(?=\S)/;

/**
 * Lines as blocks, in one walk. Unlike in a document a line belongs to a quote or a list only by its own
 * beginning, indented lines are no code, and blank lines between words are kept.
 */
export function parseBlocks(text: string, parseInline: ParseInline, depth = 0): Block[] {
  if (!anyBlock.test(text))
    return [{ type: 'paragraph', children: paragraph(text.split('\n'), parseInline) }];
  const lines = text.split('\n');
  const blocks: Block[] = [];
  const unclosed = new Map<string, number>();
  let plain: string[] = [];
  const endParagraph = () => {
    const children = paragraph(withoutBlankEnds(plain), parseInline);
    if (children.length > 0) blocks.push({ type: 'paragraph', children });
    plain = [];
  };
  for (let at = 0; at < lines.length;) {
    const [block, next] = fenceAt(lines, at, unclosed) ??
      quoteAt(lines, at, { parseInline, depth }) ??
      listAt(lines, at, parseInline) ?? [null, at + 1];
    if (block) {
      endParagraph();
      blocks.push(block);
    } else plain.push(lines[at] ?? '');
    at = next;
  }
  endParagraph();
  return blocks;
}

type Found = [block: Block, next: number] | null;

/** @param unclosed the shortest fence, by its character, that is known to have no end in what follows */
function fenceAt(lines: readonly string[], at: number, unclosed: Map<string, number>): Found {
  const [, marks, info = ''] = fence.exec(lines[at] ?? '') ?? [];
  const char = marks?.[0];
  if (!marks || !char || marks.length >= (unclosed.get(char) ?? Number.POSITIVE_INFINITY)) return null;
  for (let end = at + 1; end < lines.length; end++) {
    const line = (lines[end] ?? '').trimEnd();
    if (!line.endsWith(marks)) continue;
    // The end may stand behind the last words, as people write it.
    const last = line.slice(0, line.length - trailing(line, char));
    const body = lines.slice(at + 1, end);
    if (last.trim()) body.push(last);
    const language = info.trim().toLowerCase();
    const isLanguage = languages.has(language);
    if (!isLanguage && language) body.unshift(info.trim());
    return [{ type: 'code-block', language: isLanguage ? language : null, text: body.join('\n') }, end + 1];
  }
  unclosed.set(char, marks.length);
  return null;
}

function trailing(line: string, char: string): number {
  let count = 0;
  while (line[line.length - 1 - count] === char) count++;
  return count;
}

function quoteAt(
  lines: readonly string[],
  at: number,
  { parseInline, depth }: { parseInline: ParseInline; depth: number },
): Found {
  let next = at;
  while (next < lines.length && quoted.test(lines[next] ?? '')) next++;
  if (next === at || depth === depthMax) return null;
  const inner = lines.slice(at, next).map((line) => line.replace(/^ {0,3}> ?/, ''));
  if (inner.every((line) => !line.trim())) return null;
  return [
    { type: 'quote', blocks: parseBlocks(withoutBlankEnds(inner).join('\n'), parseInline, depth + 1) },
    next,
  ];
}

/** Points and numbers under each other; what is indented under one belongs to it. */
function listAt(lines: readonly string[], at: number, parseInline: ParseInline): Found {
  const first = point.exec(lines[at] ?? '');
  if (!first || (first[1]?.length ?? 0) > 3) return null;
  const root: ListBlock = { type: 'list', items: [] };
  const open: { list: ListBlock; indent: number }[] = [{ list: root, indent: first[1]?.length ?? 0 }];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const [opening, spaces = '', marker = ''] = point.exec(line) ?? [];
    const last = open.at(-1)?.list.items.at(-1);
    if (opening === undefined) {
      if (!last || !/^ {2,}\S/.test(line) || fence.test(line)) break;
      last.children.push({ type: 'text', text: '\n' }, ...parseInline(line.trimStart()));
      continue;
    }
    const indent = spaces.length;
    while (open.length > 1 && indent < (open.at(-1)?.indent ?? 0)) open.pop();
    const top = open.at(-1);
    if (last && top && indent >= top.indent + 2 && open.length < depthMax) {
      const list: ListBlock = { type: 'list', items: [] };
      top.list.items.at(-1)?.lists.push(list);
      open.push({ list, indent });
    }
    open.at(-1)?.list.items.push(itemOf(marker, parseInline(line.slice(opening.length))));
  }
  // A star before a single line is what somebody does.
  const isStar = first[2] === '*' && root.items.length === 1 && root.items[0]?.lists.length === 0;
  return isStar ? null : [root, next];
}

const itemOf = (marker: string, children: Inline[]): ListItem => ({
  number: /^\d/.test(marker) ? Number.parseInt(marker, 10) : null,
  children,
  lists: [],
});

/** Words between blank lines are parsed by themselves, so that a mark reaches no further than a person sees. */
function paragraph(lines: readonly string[], parseInline: ParseInline) {
  const parts: string[] = [];
  let isBlankLast = true;
  for (const line of lines) {
    const isBlank = !line.trim();
    if (parts.length > 0 && isBlank === isBlankLast) parts[parts.length - 1] += `\n${line}`;
    else parts.push(line);
    isBlankLast = isBlank;
  }
  return parts.flatMap((part, i) => {
    const isBlank = !part.trim();
    const around = `${isBlank && i > 0 ? '\n' : ''}${isBlank ? part : ''}${isBlank ? '\n' : ''}`;
    return isBlank ? [{ type: 'text' as const, text: around }] : parseInline(part);
  });
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => line.trim());
  if (from < 0) return [];
  return lines.slice(from, lines.findLastIndex((line) => line.trim()) + 1);
}
