import { describe, expect, it } from 'vitest';
import { mentionsMax } from '@/shared/limits';
import { mentionsIn, parseLine, parseMarkdown } from '@/shared/markdown';
import { plainLine, plainText } from '@/shared/markdown-plain';
import { withNames } from '@/shared/markdown-words';
import { inlinesOf, type Block, type Inline } from '@/shared/markdown-tree';

/** The tree in one line: a name and its content for each element, texts as they are. */
const inlines = (of: readonly Inline[]): string =>
  of
    .map((inline) => {
      switch (inline.type) {
        case 'text':
          return inline.text;
        case 'code':
          return `code(${inline.text})`;
        case 'mention':
          return `mention(${inline.userId.slice(-2)})`;
        case 'link':
          return `link ${inline.href}${inline.host ? ` !${inline.host}` : ''}(${inlines(inline.children)})`;
        case 'bold':
        case 'italic':
        case 'strike':
          return `${inline.type}(${inlines(inline.children)})`;
      }
    })
    .join('');
const shape = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      switch (block.type) {
        case 'paragraph':
          return inlines(block.children);
        case 'code-block':
          return `pre ${block.language}(${block.text})`;
        case 'quote':
          return `quote(${shape(block.blocks)})`;
        case 'list':
          return `list(${block.items
            .map((item) => `${item.number ?? '-'} ${inlines(item.children)}${shape(item.lists)}`)
            .join('|')})`;
      }
    })
    .join(' / ');
const shapeOf = (text: string) => shape(parseMarkdown(text).blocks);
const id = (end: string) => `01890a5d-ac96-774b-bcce-b302099a80${end}`;

describe('marks', () => {
  it.each([
    ['**bold** and *slanted* and _slanted_', 'bold(bold) and italic(slanted) and italic(slanted)'],
    ['__bold__ ~~gone~~ ***both***', 'bold(bold) strike(gone) italic(bold(both))'],
    ['`a*b*` and `` a`b ``', 'code(a*b*) and code(a`b)'],
    ['**bold `code` [words](https://a.example/x)**', 'bold(bold code(code) link https://a.example/x(words))'],
    ['\\*not\\* \\_this\\_ \\`nor\\`', '*not* _this_ `nor`'],
    ['**太字**です', 'bold(太字)です'],
    ['one\ntwo *three\nfour*', 'one\ntwo italic(three\nfour)'],
    ['```js\nlet a;\n\n  b()\n```', 'pre js(let a;\n\n  b())'],
    ['before\n~~~\nx\n~~~\nafter', 'before / pre null(x) / after'],
    ['```not a language\nx```', 'pre null(not a language\nx)'],
    ['> one\n> **two**\nanswer', 'quote(one\nbold(two)) / answer'],
    ['> > deeper\n> here', 'quote(quote(deeper) / here)'],
    ['- a\n- **b**\n  - c\n- d', 'list(- a|- bold(b)list(- c)|- d)'],
    ['3. three\n7) seven', 'list(3 three|7 seven)'],
    ['- a\n  more of a\nafter', 'list(- a\nmore of a) / after'],
    [`hi <@${id('01')}>, **<@${id('02')}>**`, 'hi mention(01), bold(mention(02))'],
    [`\`<@${id('01')}>\``, `code(<@${id('01')}>)`],
  ])('%j', (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });
});

describe('what is no mark stays as it was typed', () => {
  it.each([
    'snake_case_names and __init__x',
    '2 * 3 * 4 and 2*3*4 and a*b',
    'C:\\path\\file \\\\server\\share C:\\new',
    '<nick> hello\n<other> #include <x>',
    '* nick waves',
    '¯\\_(ツ)_/¯',
    '>_< >:( >>> print(1)',
    '# no heading\n## nor this\n---\n***\n===',
    '    indented\n\tby a tab\n  and two',
    'one\n\n\n\nfour lines below',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '[a][b] [c] [d]: https ![e]',
    '&lt;b&gt; &amp; &#106;avascript &copy;',
    '<b>bold</b> <!-- x --> <img src=x onerror=alert(1)>',
    '``` not closed\n*',
    '**a\n\nb**',
    '+1 for this\n+ and that\n-1\n2.5 is a number\n#5',
    'a ~ b ~ c ~one~',
    `<@${id('01').toUpperCase()}> <@123> <@>`,
    'line with two spaces\\\nand a backslash',
  ])('%j', (text) => {
    expect(shapeOf(text)).toBe(text);
    expect(plainText(text)).toBe(text);
  });

  it('in what somebody did, where blocks mean nothing', () => {
    expect(shape(parseLine('- shrugs\n> *really*').blocks)).toBe('- shrugs > italic(really)');
  });

  it('with more marks than a person makes', () => {
    const text = '**a** '.repeat(500);
    expect(shapeOf(text)).toBe(text);
  });
});

describe('links', () => {
  it.each([
    [
      'see https://a.example/x_y_z?q=1#f.',
      'see link https://a.example/x_y_z?q=1#f(https://a.example/x_y_z?q=1#f).',
    ],
    ['(http://a.example/b(c))', '(link http://a.example/b(c)(http://a.example/b(c)))'],
    ['<https://a.example/>', '<link https://a.example/(https://a.example/)>'],
    ['www.a.example', 'link http://www.a.example/(www.a.example)'],
    ['me@a.example', 'link mailto:me@a.example(me@a.example)'],
    ['[words](https://a.example/)', 'link https://a.example/(words)'],
    ['[a.example](https://a.example/)', 'link https://a.example/(a.example)'],
    ['[bank.example](https://evil.example/)', 'link https://evil.example/ !evil.example(bank.example)'],
    [
      '[https://bank.example](https://evil.example)',
      'link https://evil.example/ !evil.example(https://bank.example)',
    ],
    [
      'https://аpple.example',
      'link https://xn--pple-43d.example/ !xn--pple-43d.example(https://аpple.example)',
    ],
    ['![alt](https://a.example/p.png)', '!link https://a.example/p.png(alt)'],
  ])('%j', (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#115;cript:alert(1)',
    'javascript&colon;alert(1)',
    '\u0001javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://a.example/1',
    '//evil.example',
    '/local',
    '#fragment',
    'https:evil.example',
    'https:\\\\evil.example',
    'https://bank.example@evil.example/',
    'https://user:pass@evil.example/',
    'https://bank.example\u202E/evil',
    'xmpp:a@b.example',
  ])('lead nowhere with %j', (address) => {
    for (const text of [`[words](${address})`, `[words](<${address}>)`, `<${address}>`, address]) {
      const found = [...inlinesOf(parseMarkdown(text).blocks)];
      for (const each of found) {
        if (each.type !== 'link') continue;
        // Inside of a refused address there may be one that stands for itself.
        expect(each.href).toMatch(/^(?:https?:\/\/(?!user|bank)|mailto:)/);
        expect(text).toContain(inlines(each.children));
      }
      expect(plainText(text)).toContain('words'.slice(0, text.startsWith('[') ? 5 : 0));
    }
  });

  it('do not stand in each other', () => {
    const inner = parseMarkdown('[a https://b.example/ [c](https://d.example/)](https://e.example/)');
    const links = [...inlinesOf(inner.blocks)].filter((inline) => inline.type === 'link');
    for (const link of links) expect(link.children.some((child) => child.type === 'link')).toBe(false);
  });
});

describe('emoji alone', () => {
  it.each([
    ['🦦', true],
    ['👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽', true],
    ['🇨🇭', true],
    ['🦦🦦🦦🦦', false],
    ['🦦 a', false],
    ['123', false],
    ['#', false],
  ])('%s are large: %s', (text, expected) => {
    expect(parseMarkdown(text).isEmojiOnly).toBe(expected);
  });
});

describe('the plain text', () => {
  it('has the words without marks, and names for mentions', () => {
    const text = `**Hi** <@${id('01')}> and <@${id('02')}>\n- [link](https://a.example/)\n> \`code\``;
    const nameOf = (userId: string) => (userId === id('01') ? 'Quiet *Otter*' : undefined);
    expect(plainText(text, nameOf)).toBe('Hi @Quiet *Otter* and @someone\n• link\ncode');
    expect(plainLine(text, nameOf)).toBe('Hi @Quiet *Otter* and @someone • link code');
  });

  it('shows no part of a mention that was cut off', () => {
    expect(plainText(`Ask <@${id('01').slice(0, 20)}`)).toBe('Ask @…');
    expect(plainText('1 <')).toBe('1 <');
  });

  it('leaves marks where only names are filled in', () => {
    expect(withNames(`**<@${id('01')}>** \`x\``, () => 'Ada')).toBe('**@Ada** `x`');
  });
});

describe('mentions', () => {
  it('are found once each, outside of code, up to the limit', () => {
    const many = Array.from({ length: mentionsMax + 5 }, (_, i) => `<@${id(String(10 + i))}>`).join(' ');
    expect(mentionsIn(`<@${id('01')}> <@${id('01')}> \`<@${id('02')}>\``)).toEqual([id('01')]);
    expect(mentionsIn(many)).toHaveLength(mentionsMax);
    expect(mentionsIn(`\`\`\`\n<@${id('01')}>\n\`\`\``)).toEqual([]);
  });
});
