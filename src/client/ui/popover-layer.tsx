'use client';

import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { floating } from '@/client/ui/floating';
import type { PopoverProps } from '@/client/ui/popover-button';

/** Something that floats beside what opened it, made only while it is open; the focus comes back there. */
export function PopoverLayer({
  anchor,
  label,
  align = 'end',
  onClose,
  onClosed,
  children,
}: PopoverProps & {
  align?: 'start' | 'end';
  /** Told when it has closed; true when it has put the focus somewhere itself. */
  onClosed?: (() => boolean) | undefined;
  children: ReactNode;
}) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={anchor} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          // The button closes by itself what it has opened.
          onInteractOutside={(event) =>
            anchor.current?.contains(event.target as Node) && event.preventDefault()
          }
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!onClosed?.()) anchor.current?.focus({ preventScroll: true });
          }}
          className={floating}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
