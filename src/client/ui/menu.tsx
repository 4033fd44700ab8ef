'use client';

import { clsx } from 'clsx';
import { DropdownMenu, Popover as RadixPopover } from 'radix-ui';
import type { ReactNode, RefObject } from 'react';

const floating =
  'bg-raised shadow-float z-50 animate-[appear_120ms_var(--ease-out)] rounded-xl border outline-none';

export type MenuEntry = {
  label: string;
  picture: ReactNode;
  isDangerous?: boolean;
  keys?: string;
  onSelect(): void;
};

/** A menu behind a button. */
export function Menu({
  trigger,
  entries,
  onOpenChange,
}: {
  trigger: ReactNode;
  entries: MenuEntry[];
  onOpenChange?(open: boolean): void;
}) {
  return (
    <DropdownMenu.Root onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className={clsx(floating, 'min-w-44 p-1')}
        >
          {entries.map(({ label, picture, isDangerous, keys, onSelect }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={onSelect}
              className={clsx(
                'flex h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-md outline-none data-highlighted:bg-hover max-md:h-11',
                isDangerous && 'text-red',
              )}
            >
              <span className="grid w-4 shrink-0 place-items-center">{picture}</span>
              <span className="flex-1">{label}</span>
              {keys && <kbd className="font-sans text-xs text-faint">{keys}</kbd>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Something that floats beside what opened it, made only while it is open; the focus comes back there. */
export function AnchoredPopover({
  anchor,
  label,
  onClose,
  children,
}: {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <RadixPopover.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixPopover.Anchor virtualRef={anchor} />
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          // The button closes by itself what it has opened.
          onInteractOutside={(event) =>
            anchor.current?.contains(event.target as Node) && event.preventDefault()
          }
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus({ preventScroll: true });
          }}
          className={floating}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** Something that floats beside a button. */
export function Popover({
  trigger,
  children,
  open,
  onOpenChange,
  onCloseAutoFocus,
}: {
  trigger: ReactNode;
  children: ReactNode;
  open: boolean;
  onOpenChange(open: boolean): void;
  /** Told when it has closed and the focus is about to come back to the trigger. */
  onCloseAutoFocus?(event: Event): void;
}) {
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
          className={floating}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}
