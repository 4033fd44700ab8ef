import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBlocks } from '@/shared/markdown-block';
import { inlineParser } from '@/shared/markdown-inline';
import { inlinesOf, type Inline } from '@/shared/markdown-tree';
import { asTyped, hasMarks, lineAsTyped, lineHasMarks } from '@/shared/markdown-typed';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const piece = fc.constantFrom(
  ...['word', 'snake', ' ', '  ', '\n', '\n\n', '.', '-', '- ', '> ', '1. ', '#', '(', ')', ':', '//', '/'],
  ...['@', 'a@b.example', 'www', 'www.', 'http', '://', '*', '_', '`', '~', '[', ']', '<', '\\', '🦦', '|'],
  `<@${id}>`,
  `<@${id.slice(0, 20)}`,
);
const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

/** Neighbouring texts as one: where they are cut means nothing. */
const told = (inlines: Iterable<Inline>): string =>
  [...inlines]
    .map((inline) =>
      inline.type === 'text' ? inline.text : inline.type === 'mention' ? `<@${inline.userId}>` : '?',
    )
    .join('');

/** Blanks that end a line are seen by nobody; the parser drops them beside a mention. */
const seenOf = (text: string) => text.replace(/ +$/gm, '');

describe('a text without marks', () => {
  it('means as it was typed what it means when it is parsed', () => {
    let seen = 0;
    fc.assert(
      fc.property(texts, (typed) => {
        const text = typed.trim();
        if (!text || hasMarks(text)) return;
        seen++;
        expect(told(inlinesOf(asTyped(text).blocks))).toBe(text);
        expect(seenOf(told(inlinesOf(parseBlocks(text, inlineParser()))))).toBe(seenOf(text));
      }),
      // The same texts each time: a rare one must not fail somebody else's change.
      { numRuns: 2_000, seed: 18 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('has the people whom it calls', () => {
    const text = `Hi <@${id}>, and <@${id}>`;
    expect(hasMarks(text)).toBe(false);
    expect([...inlinesOf(asTyped(text).blocks)].map(({ type }) => type)).toEqual([
      'text',
      'mention',
      'text',
      'mention',
    ]);
    expect(hasMarks(`**Hi** <@${id}>`)).toBe(true);
    expect(hasMarks(`Ask <@${id.slice(1)}>`)).toBe(true);
  });

  it('in a line of its own is one line, where points and quotes mean nothing', () => {
    expect(lineHasMarks('- shrugs')).toBe(false);
    expect(told(inlinesOf(lineAsTyped('- shrugs\n  twice').blocks))).toBe('- shrugs twice');
    expect(hasMarks('- shrugs')).toBe(true);
  });
});
