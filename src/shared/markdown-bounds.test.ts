import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textMaxChars } from '@/shared/limits';
import { parseMarkdown } from '@/shared/markdown';
import { plainLine, plainText } from '@/shared/markdown-plain';
import { inlinesOf, type Inline } from '@/shared/markdown-tree';

describe('any text', { timeout: 60_000 }, () => {
  const pieces = fc.constantFrom(
    ...[
      '*',
      '**',
      '_',
      '~~',
      '`',
      '``',
      '> ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      ' ',
      '  ',
      '\\',
      '<',
      '>',
      '[',
      ']',
      '(',
      ')',
    ],
    ...[
      'word',
      'snake_case',
      'é',
      '漢字',
      'مرحبا',
      '\u202E',
      '\u0301',
      '🦦',
      'x*y',
      'http',
      '://',
      '@',
      '<@',
      '!',
      '.',
      '\t',
    ],
  );
  const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('').trim());
  const letters = (text: string) => text.replace(/[^\p{L}\p{M}]/gu, '');

  it('keeps all its letters, in their order', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(letters(plainText(text))).toBe(letters(text));
      }),
      { numRuns: 400 },
    );
  });

  it('is taken without a throw, and always the same', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 80 });
    const any = fc.oneof(
      units.map((codes) => String.fromCharCode(...codes)),
      texts,
    );
    fc.assert(
      fc.property(any, (text) => {
        expect(parseMarkdown(text)).toBe(parseMarkdown(text));
        expect(() => plainLine(text)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });
});

describe('S74: the cost', () => {
  const depthOf = (inline: Inline): number =>
    'children' in inline ? 1 + Math.max(0, ...inline.children.map(depthOf)) : 1;
  const floods = [
    ...[
      '*',
      '_',
      '~~',
      '`',
      '[',
      '](',
      '[a](',
      '[a](b)',
      '<',
      '<@',
      '> ',
      '>',
      '- a\n',
      '1. ',
      '* a\n  ',
      '```\n',
      '```a\n',
      '~~~x\n',
    ],
    ...[
      '*a ',
      '**a *b ',
      '*a_ ',
      '*_',
      'a*',
      'a**b',
      '`a``',
      '\\*',
      '![',
      '*[',
      'http://',
      'https://a.example/x ',
      'www.',
      'a@a.',
      'a@b.example ',
      '\n',
      'a\n\n',
    ],
    ...[
      '  - a\n    - b\n',
      '> > > > ',
      '👍',
      '\u0301',
      '\u202E',
      '[a](<',
      '[a](b "',
      '<a@b.example>',
      '- *a* [b](http://c.example) `d`\n',
    ],
  ];

  it.each(floods)('of %j, over and over, is bounded', (piece) => {
    const text = piece.repeat(Math.ceil(textMaxChars / piece.length)).slice(0, textMaxChars);
    const since = performance.now();
    const { blocks } = parseMarkdown(text);
    plainText(text);
    // Generous, for a busy machine; what is strict is the size of the tree.
    expect(performance.now() - since).toBeLessThan(3_000);
    const all = [...inlinesOf(blocks)];
    expect(all.length).toBeLessThanOrEqual(6_000);
    expect(Math.max(0, ...all.map(depthOf))).toBeLessThanOrEqual(8);
  });

  it('of an address as long as a message is bounded', () => {
    const address = `https://a.example/${'x'.repeat(textMaxChars - 18)}`;
    const since = performance.now();
    expect(parseMarkdown(address).blocks).toMatchObject([
      { type: 'paragraph', children: [{ type: 'link', href: address }] },
    ]);
    expect(performance.now() - since).toBeLessThan(3_000);
  });
});
