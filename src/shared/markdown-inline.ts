import { fromMarkdown, type CompileContext, type Token } from 'mdast-util-from-markdown';
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import type { Link, Node, PhrasingContent } from 'mdast';
import type { Code, Construct, Extension } from 'micromark-util-types';
import { hostToShow, safeAddress } from '@/shared/markdown-link';
import type { Inline } from '@/shared/markdown-tree';
import { anyMark } from '@/shared/markdown-typed';

/** Deeper marks than these stand as their own characters. */
const depthMax = 6;
/** The parser is quadratic in these characters at worst (1,000: 10 ms), and has a fixed cost per run (0.2 ms). */
const mark = /[*_`~[\]<@\\]/g;
const marksMax = 1_000;
const runsMax = 100;
const idChars = 36;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const shrug = '¯\\_(ツ)_/¯';

type Mention = Node & { type: 'mention'; userId: string };
declare module 'mdast' {
  interface PhrasingContentMap {
    mention: Mention;
  }
  interface RootContentMap {
    mention: Mention;
  }
}
declare module 'micromark-util-types' {
  interface TokenTypeMap {
    mention: 'mention';
  }
}

const eachCode = (text: string) => [...text].map((char) => char.codePointAt(0) ?? 0);

/** These characters, one after the other, which then mean nothing. */
const literally = (text: string): Construct => ({
  name: 'literal',
  tokenize(effects, ok, nok) {
    const codes = eachCode(text);
    let at = 0;
    const next = (code: Code) => {
      if (code !== codes[at]) return nok(code);
      if (at++ === 0) effects.enter('data');
      effects.consume(code);
      if (at < codes.length) return next;
      effects.exit('data');
      return ok;
    };
    return next;
  },
});

const isIdCode = (code: Code) => code !== null && code > 0 && /[\da-f-]/.test(String.fromCodePoint(code));

/** `<@ID>` */
const mention: Construct = {
  name: 'mention',
  tokenize(effects, ok, nok) {
    let size = 0;
    const inside = (code: Code) => {
      const isFit =
        size === 0 || (size === 1 ? code === 64 : size === idChars + 2 ? code === 62 : isIdCode(code));
      if (code === null || !isFit) return nok(code);
      effects.consume(code);
      if (size++ < idChars + 2) return inside;
      effects.exit('mention');
      return ok;
    };
    return (code) => {
      effects.enter('mention');
      return inside(code);
    };
  },
};

/** A backslash takes a mark's meaning away; before anything else it is itself, as in a path. */
const escape: Construct = {
  name: 'escape',
  tokenize(effects, ok, nok) {
    const value = (code: Code) => {
      if (code === null || !'*_~`[]'.includes(String.fromCodePoint(Math.max(0, code)))) return nok(code);
      effects.enter('characterEscapeValue');
      effects.consume(code);
      effects.exit('characterEscapeValue');
      effects.exit('characterEscape');
      return ok;
    };
    return (code) => {
      effects.enter('characterEscape');
      effects.enter('escapeMarker');
      effects.consume(code);
      effects.exit('escapeMarker');
      return value;
    };
  },
};

/** Spaces at the beginning of a line stay: they were typed. */
const lineBreak: Construct = {
  name: 'break',
  tokenize: (effects, ok) => (code) => {
    effects.enter('lineEnding');
    effects.consume(code);
    effects.exit('lineEnding');
    return ok;
  },
};

const subset: Extension = {
  text: {
    [-5]: lineBreak,
    [-4]: lineBreak,
    [-3]: lineBreak,
    60: mention,
    92: escape,
    175: literally(shrug),
  },
  disable: {
    null: [
      'blockQuote',
      'characterEscape',
      'characterReference',
      'codeFenced',
      'codeIndented',
      'definition',
      'hardBreakEscape',
      'headingAtx',
      'htmlFlow',
      'htmlText',
      'labelStartImage',
      'list',
      'setextUnderline',
      'thematicBreak',
    ],
  },
};
const { enter, exit } = gfmAutolinkLiteralFromMarkdown();
const options = {
  extensions: [gfmStrikethrough({ singleTilde: false }), gfmAutolinkLiteral(), subset],
  mdastExtensions: [
    gfmStrikethroughFromMarkdown(),
    // Without its search of the finished tree for more addresses: what is a link was said by a mark or a scheme.
    { enter, exit },
    {
      enter: {
        mention(this: CompileContext, token: Token) {
          this.enter({ type: 'mention', userId: this.sliceSerialize(token).slice(2, -1) }, token);
        },
      },
      exit: {
        mention(this: CompileContext, token: Token) {
          this.exit(token);
        },
      },
    },
  ],
};

export type ParseInline = (source: string) => Inline[];

/**
 * Parses the paragraphs of one text: lines, none of them blank. Its work is bounded over all of them
 * together; once that is used up, what follows stands as it was typed.
 */
export function inlineParser(): ParseInline {
  let [marksLeft, runsLeft] = [marksMax, runsMax];
  return (source) => {
    if (!anyMark.test(source)) return [textOf(source)];
    marksLeft -= source.match(mark)?.length ?? 0;
    return marksLeft < 0 || runsLeft-- <= 0 ? [textOf(source)] : parse(source);
  };
}

function parse(source: string): Inline[] {
  const indent = /^\s*/.exec(source)?.[0] ?? '';
  const words = source.slice(indent.length);
  const made: Inline[] = indent ? [textOf(indent)] : [];
  for (const paragraph of fromMarkdown(words, options).children)
    if (paragraph.type === 'paragraph')
      made.push(...inlinesOf(paragraph.children, { source: words, depth: 0, isInLink: false }));
  return joined(made);
}

type Place = { source: string; depth: number; isInLink: boolean };

const inlinesOf = (nodes: readonly PhrasingContent[], place: Place): Inline[] =>
  nodes.flatMap((node) => inlineOf(node, place));

function inlineOf(node: PhrasingContent, place: Place): Inline[] {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? start;
  const asTyped = (): Inline[] => [{ type: 'text', text: place.source.slice(start, end) }];
  if (place.depth === depthMax) return asTyped();
  const inside = { ...place, depth: place.depth + 1 };
  switch (node.type) {
    case 'text':
      return [{ type: 'text', text: node.value }];
    case 'break':
      return [{ type: 'text', text: '\n' }];
    case 'inlineCode':
      return [{ type: 'code', text: node.value }];
    case 'emphasis': {
      const children = inlinesOf(node.children, inside);
      // 2*3*4 is no emphasis, for all that CommonMark says.
      if (isWordAt(place.source, start - 1) || isWordAt(place.source, end))
        return [textOf(place.source[start]), ...children, textOf(place.source[end - 1])];
      return [{ type: 'italic', children }];
    }
    case 'strong':
      return [{ type: 'bold', children: inlinesOf(node.children, inside) }];
    case 'delete':
      return [{ type: 'strike', children: inlinesOf(node.children, inside) }];
    case 'mention':
      return uuid.test(node.userId) ? [{ type: 'mention', userId: node.userId }] : asTyped();
    case 'link':
      return linkOf(node, inside) ?? asTyped();
    case 'footnoteReference':
    case 'html':
    case 'image':
    case 'imageReference':
    case 'linkReference':
      return asTyped();
  }
}

/** @returns null when the link leads nowhere that a link may */
function linkOf(node: Link, place: Place): Inline[] | null {
  const opening = place.source[node.position?.start.offset ?? 0];
  const url = safeAddress(node.url);
  if (!url) return null;
  const children = joined(inlinesOf(node.children, { ...place, isInLink: true }));
  if (place.isInLink) return children;
  if (children.length === 0) return null;
  const host = hostToShow(url, opening === '[' ? wordsOf(children) : null);
  const link: Inline = { type: 'link', href: url.href, host, children };
  return opening === '<' ? [textOf('<'), link, textOf('>')] : [link];
}

const textOf = (text = ''): Inline => ({ type: 'text', text });
const isWordAt = (source: string, at: number) => /[\dA-Za-z]/.test(source[at] ?? '');
const wordsOf = (inlines: readonly Inline[]): string =>
  inlines
    .map((inline) => ('children' in inline ? wordsOf(inline.children) : 'text' in inline ? inline.text : ''))
    .join('');

/** Neighbouring texts as one. */
function joined(inlines: readonly Inline[]): Inline[] {
  const made: Inline[] = [];
  for (const inline of inlines) {
    const last = made.at(-1);
    if (inline.type === 'text' && last?.type === 'text')
      made[made.length - 1] = textOf(last.text + inline.text);
    else made.push(inline);
  }
  return made;
}
