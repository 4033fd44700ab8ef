'use client';

import { Popover as Radix } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
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
  const wasLeft = useRef(false);
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={anchor} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // The button closes by itself what it has opened.
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
            else wasLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Whoever pressed elsewhere goes on there.
            if (!onClosed?.() && !wasLeft.current) anchor.current?.focus({ preventScroll: true });
          }}
          className={floating}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
