import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { id, position, shortId } from '@/shared/id';
import { nameMaxChars, textMaxBytes, textMaxChars, titleMaxChars } from '@/shared/limits';
import { charCount, messageText, personName, roomTopic, searchText, threadTitle } from '@/shared/text';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

/** The best of several runs: a busy machine makes some of them late, a slow rule all. */
const quickestMs = (work: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const since = performance.now();
      work();
      return performance.now() - since;
    }),
  );

describe('a message', () => {
  it('S68: has at most so many characters as a person counts them, and so many bytes', () => {
    expect(takes(messageText, 'x'.repeat(textMaxChars))).toBe(true);
    expect(takes(messageText, 'x'.repeat(textMaxChars + 1))).toBe(false);
    // An emoji is one character, and four bytes.
    expect(charCount('🦦'.repeat(10))).toBe(10);
    expect(takes(messageText, '🦦'.repeat(textMaxBytes / 4))).toBe(true);
    expect(takes(messageText, '🦦'.repeat(textMaxBytes / 4 + 1))).toBe(false);
    expect(takes(messageText, ` ${'x'.repeat(textMaxChars)}\n\n`)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\u00a0\u2003 '],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['blank letters', '\u3164\u115f\u2800'],
    ['direction marks', '\u202e\u2066\u2069'],
    ['marks without a letter', '\u0301\u0302'],
  ])('S65: of %s shows nothing, so it is none', (_, text) => {
    expect(takes(messageText, text)).toBe(false);
    expect(takes(threadTitle, text)).toBe(false);
    expect(takes(personName, text)).toBe(false);
  });

  it.each([
    ['NUL', 'a\0b'],
    ['a lone high surrogate', 'a\ud800'],
    ['a lone low surrogate', '\udc00a'],
    ['an escape', '\u001b[31mred'],
    ['a bell', 'a\u0007'],
    ['a C1 control', 'a\u009b31m'],
  ])('S63 S64: with %s is refused, and so is a line', (_, text) => {
    expect(takes(messageText, text)).toBe(false);
    expect(takes(threadTitle, text)).toBe(false);
  });

  it('keeps its lines and its letters as they are', () => {
    expect(messageText.parse('  a\r\nb\rc\n\nd\t e ')).toBe('a\nb\nc\n\nd\t e');
    expect(messageText.parse('e\u0301 שלום 👩‍👩‍👧')).toBe('e\u0301 שלום 👩‍👩‍👧');
  });
});

describe('a line', () => {
  it('S66: is one line, without anything that turns its neighbours around', () => {
    expect(threadTitle.parse('  One\n two\t three ')).toBe('One two three');
    expect(personName.parse('\u202eevil\u2069')).toBe('evil');
  });

  it('has its limits in characters', () => {
    expect(takes(threadTitle, '🦦'.repeat(titleMaxChars))).toBe(true);
    expect(takes(threadTitle, '🦦'.repeat(titleMaxChars + 1))).toBe(false);
    expect(takes(threadTitle, 'x')).toBe(false);
    expect(takes(personName, 'x'.repeat(nameMaxChars + 1))).toBe(false);
    expect([takes(roomTopic, ''), takes(searchText, '')]).toEqual([true, true]);
  });

  it('S67: as a name has no pile of marks on a letter', () => {
    expect(takes(personName, `a${'\u0301'.repeat(8)}`)).toBe(true);
    expect(takes(personName, `a${'\u0301'.repeat(9)}`)).toBe(false);
  });
});

describe('every rule', () => {
  it('S74: is quick with the worst of 16 KB', () => {
    const worst = ['\u0301', ' ', '\u200b', 'a\u0301', '\u202e', ' \u200b', 'a ', '\ud83e\udda6'];
    for (const schema of [messageText, threadTitle, personName, searchText, id, shortId])
      for (const piece of worst) {
        const text = `${piece.repeat(16_384 / piece.length)}!`;
        expect(quickestMs(() => schema.safeParse(text))).toBeLessThan(50);
      }
  });
});

describe('ids and places', () => {
  it('are one spelling, and integers that PostgreSQL has', () => {
    expect(id.parse('0198F0A1-0000-7000-8000-00000000000A')).toBe('0198f0a1-0000-7000-8000-00000000000a');
    for (const wrong of ['', 'x', '0198f0a1-0000-7000-8000-00000000000', 5, null, {}, []])
      expect(takes(id, wrong)).toBe(false);
    for (const wrong of [-1, 0.5, NaN, Infinity, 2_147_483_648, '1', null, [1], true])
      expect(takes(position, wrong)).toBe(false);
    expect([takes(position, 0), takes(position, -0), takes(position, 2_147_483_647)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
