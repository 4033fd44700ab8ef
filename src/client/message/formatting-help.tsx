'use client';

import { CaseSensitive } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '@/client/ui/button';
import { Popover } from '@/client/ui/menu';

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
export function FormattingHelp() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <IconButton label="Formatting" className="!size-9 max-md:!size-11">
          <CaseSensitive size={19} />
        </IconButton>
      }
    >
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
    </Popover>
  );
}
