import type { Element, ElementContent } from 'hast';
import { common, createLowlight } from 'lowlight';
import type { CodePiece, CodeRole } from '@/client/message/use-highlighted';

const lowlight = createLowlight(common);
/** Its expressions are not ours to bound: only code of a size that people read is coloured. */
const charsMax = 4_000;
const lineMax = 1_000;

const roles: Record<string, CodeRole> = {
  comment: 'comment',
  quote: 'comment',
  meta: 'comment',
  keyword: 'keyword',
  literal: 'keyword',
  built_in: 'keyword',
  type: 'name',
  title: 'name',
  name: 'name',
  attr: 'name',
  attribute: 'name',
  property: 'name',
  section: 'name',
  selector: 'name',
  string: 'string',
  regexp: 'string',
  symbol: 'string',
  number: 'number',
  addition: 'added',
  deletion: 'removed',
};

/** @returns null for a language or a size that is not coloured */
export function highlight(language: string, text: string): CodePiece[] | null {
  if (!lowlight.registered(language) || text.length > charsMax) return null;
  if (text.split('\n').some((line) => line.length > lineMax)) return null;
  return piecesOf(lowlight.highlight(language, text).children, null);
}

const piecesOf = (
  nodes: readonly (ElementContent | { type: 'doctype' })[],
  role: CodeRole | null,
): CodePiece[] =>
  nodes.flatMap((node) => {
    if (node.type === 'text') return [{ text: node.value, role }];
    return node.type === 'element' ? piecesOf(node.children, roleOf(node) ?? role) : [];
  });

function roleOf({ properties }: Element): CodeRole | null {
  const names = Array.isArray(properties['className']) ? properties['className'] : [];
  for (const name of names as readonly unknown[]) {
    const role = roles[/^hljs-(\w+)/.exec(String(name))?.[1] ?? ''];
    if (role) return role;
  }
  return null;
}
