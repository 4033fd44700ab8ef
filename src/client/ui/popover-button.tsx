'use client';

import { useRef, type ReactNode, type RefObject } from 'react';
import type { Intent } from '@/client/lib/lazily';
import { IconButton } from '@/client/ui/button';

/** What everything that floats beside a button is given. */
export type PopoverProps = { anchor: RefObject<HTMLElement | null>; label: string; onClose(): void };

/** A button that shows a picture and is called by the label, and what floats beside it while it is open. */
export function PopoverButton({
  label,
  picture,
  className,
  open,
  onOpenChange,
  intent,
  children,
}: {
  label: string;
  picture: ReactNode;
  className?: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  /** Of what floats, whose code comes with the first wish for it. */
  intent: Intent;
  children(floating: PopoverProps): ReactNode;
}) {
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        ref={anchor}
        label={label}
        className={className}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => onOpenChange(!open)}
        {...intent}
      >
        {picture}
      </IconButton>
      {open && children({ anchor, label, onClose: () => onOpenChange(false) })}
    </>
  );
}
