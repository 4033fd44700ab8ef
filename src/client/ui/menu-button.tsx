'use client';

import { useState, type ReactNode } from 'react';
import { useLater, type Later } from '@/client/lib/later';
import { loadProblem } from '@/client/lib/load-problem';
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

type Props<Code> = MenuTrigger & {
  /** The menu's code. */
  later: Later<Code>;
  /** Draws the button with its menu. */
  children(code: Code, isOpenAtFirst: boolean): ReactNode;
};

/** Until the code of its menu is there it is just a button, which opens the menu as soon as it is. */
export function MenuButton<Code>({ label, picture, className, onOpenChange, later, children }: Props<Code>) {
  const code = useLater(later, false);
  const [isPressed, setIsPressed] = useState(false);
  // The button is not changed for another one under somebody's finger.
  const [wasThere] = useState(code !== null);
  if (code && (wasThere || isPressed)) return children(code, isPressed);
  const open = () => {
    setIsPressed(true);
    onOpenChange?.(true);
    later.load().then(loadProblem.clear, () => {
      loadProblem.tell();
      setIsPressed(false);
      onOpenChange?.(false);
    });
  };
  return (
    <IconButton
      label={label}
      className={className}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={later.preload}
      onFocus={later.preload}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        open();
      }}
    >
      {picture}
    </IconButton>
  );
}
