import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '@/shared/markdown';
import { plainText } from '@/shared/markdown-plain';
import type { Inline } from '@/shared/markdown-tree';

const wordsOf = (inlines: readonly Inline[]): string =>
  inlines
    .map((inline) =>
      'children' in inline ? wordsOf(inline.children) : inline.type === 'mention' ? '?' : inline.text,
    )
    .join('');

describe('plainText', () => {
  it('leaves a text alone that has no marks, as parsing it would', () => {
    const pieces = [
      ...[
        'a',
        'Bé',
        'x1',
        '1',
        '1.',
        '2)',
        '(c)',
        '://',
        'http://a.example/b?c',
        'www.a.example',
        'a@b.example',
      ],
      ...[
        "it's",
        '"so"',
        '...',
        '-',
        '--',
        '---',
        ';',
        '%41',
        '/',
        '?',
        '!',
        ':smile:',
        ':)',
        '@me',
        '(',
        ')',
        '-x',
      ],
    ];
    let at = 7;
    const next = (below: number) => (at = (at * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 1_000; i++) {
      const words = Array.from({ length: 1 + next(6) }, () => pieces[next(pieces.length)] ?? '');
      const text = `${['a', 'W', '@'][next(3)] ?? ''}${words.join(['', ' ', '  '][next(3)])}`;
      const [block, ...more] = parseMarkdown(text.trimEnd()).blocks;
      if (block?.type !== 'paragraph' || more.length > 0) throw new Error(`More than a line: ${text}`);
      expect(plainText(text.trimEnd())).toBe(wordsOf(block.children));
      expect(plainText(text.trimEnd())).toBe(text.trimEnd());
    }
  });

  it('takes the marks away, and says names', () => {
    const id = '01890000-0000-7000-8000-000000000000';
    expect(plainText('**Bold** and `code`')).toBe('Bold and code');
    expect(plainText('- one')).toBe('• one');
    expect(plainText(`Hi <@${id}>`, () => 'Otter')).toBe('Hi @Otter');
    expect(plainText('Hi <@0189')).toBe('Hi @…');
  });
});
