'use client';

import { PopoverLayer } from '@/client/ui/popover-layer';
import type { PopoverProps } from '@/client/ui/popover-button';

const marks = [
  { typed: '**bold**', shown: <strong className="font-semibold">bold</strong>, keys: 'Ctrl B' },
  { typed: '_slanted_', shown: <em>slanted</em>, keys: 'Ctrl I' },
  { typed: '~~gone~~', shown: <s>gone</s>, keys: 'Ctrl Shift X' },
  { typed: '`code`', shown: <code className="font-mono text-sm">code</code>, keys: 'Ctrl E' },
  { typed: '```js ⏎ code ⏎ ```', shown: 'a block of code', keys: '' },
  { typed: '> words', shown: 'a quote', keys: '' },
  { typed: '- words', shown: 'a list', keys: '' },
  { typed: '[words](https://…)', shown: 'a link', keys: '' },
  { typed: '@name', shown: 'calls somebody', keys: '' },
];

/** What can be typed for which look. */
export const FormattingPopover = (floating: PopoverProps) => (
  <PopoverLayer {...floating}>
    <table className="m-3 text-sm">
      <caption className="pb-2 text-left font-medium">Formatting</caption>
      <tbody>
        {marks.map(({ typed, shown, keys }) => (
          <tr key={typed}>
            <td className="py-1 pr-5 font-mono text-xs whitespace-nowrap">{typed}</td>
            <td className="pr-5">{shown}</td>
            <td className="text-right text-xs whitespace-nowrap text-faint max-md:hidden">{keys}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </PopoverLayer>
);
