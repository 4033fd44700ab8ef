'use client';

import { clsx } from 'clsx';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { IconButton } from '@/client/ui/button';
import { floating } from '@/client/ui/floating';
import type { MenuEntry, MenuTrigger, OpenedBy } from '@/client/ui/menu-button';

// The library goes there only for keys that were pressed after it was drawn.
const takeFocus = (item: HTMLElement | null) => item?.focus({ preventScroll: true });

/** A menu and its button. */
export function Menu({
  label,
  picture,
  className,
  entries,
  onOpenChange,
  openedBy = null,
}: MenuTrigger & { entries: MenuEntry[]; openedBy?: OpenedBy | null }) {
  const [startsAtEntry, setStartsAtEntry] = useState(openedBy === 'key');
  return (
    <DropdownMenu.Root
      defaultOpen={openedBy !== null}
      onOpenChange={(open) => {
        setStartsAtEntry(false);
        onOpenChange?.(open);
      }}
      modal={false}
    >
      <DropdownMenu.Trigger asChild>
        <IconButton label={label} className={className}>
          {picture}
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className={clsx(floating, 'min-w-44 p-1')}
        >
          {entries.map((entry, index) => (
            <DropdownMenu.Item
              key={entry.label}
              ref={startsAtEntry && index === 0 ? takeFocus : undefined}
              onSelect={entry.onSelect}
              className={clsx(
                'flex h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-md outline-none data-highlighted:bg-hover max-md:h-11',
                entry.isDangerous && 'text-red',
              )}
            >
              <span className="grid w-4 shrink-0 place-items-center">{entry.picture}</span>
              <span className="flex-1">{entry.label}</span>
              {entry.keys && <kbd className="font-sans text-xs text-faint">{entry.keys}</kbd>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
