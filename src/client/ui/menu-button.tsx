'use client';

import { useState, type ReactNode } from 'react';
import { useLoaded, type Later } from '@/client/lib/later';
import { useArrival } from '@/client/lib/use-arrival';
import { IconButton } from '@/client/ui/button';

export type MenuEntry = {
  label: string;
  picture: ReactNode;
  isDangerous?: boolean;
  keys?: string;
  onSelect(): void;
};

/** The button of a menu: what it is called and shows. */
export type MenuTrigger = {
  label: string;
  picture: ReactNode;
  className?: string;
  onOpenChange?(open: boolean): void;
};

/** How a menu was opened before its code was there: a key leads to the first entry. */
export type OpenedBy = 'key' | 'pointer';

type Props<Code> = MenuTrigger & {
  /** The menu's code. */
  later: Later<Code>;
  /** Draws the button with its menu. */
  children(code: Code, openedBy: OpenedBy | null): ReactNode;
};

/** Until the code of its menu is there it is just a button, which opens the menu as soon as it is. */
export function MenuButton<Code>({ label, picture, className, onOpenChange, later, children }: Props<Code>) {
  const code = useLoaded(later);
  const [openedBy, setOpenedBy] = useState<OpenedBy | null>(null);
  // The button is not changed for another one under somebody's finger.
  const [wasThere] = useState(code !== null);
  useArrival(later, openedBy !== null && !code, () => {
    setOpenedBy(null);
    onOpenChange?.(false);
  });
  if (code && (wasThere || openedBy)) return children(code, openedBy);
  const open = (by: OpenedBy) => {
    setOpenedBy(by);
    onOpenChange?.(true);
  };
  return (
    <IconButton
      label={label}
      className={className}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={later.preload}
      onFocus={later.preload}
      // A click that no pointer made has no detail.
      onClick={({ detail }) => open(detail === 0 ? 'key' : 'pointer')}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        open('key');
      }}
    >
      {picture}
    </IconButton>
  );
}
