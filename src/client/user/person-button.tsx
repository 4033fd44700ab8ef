'use client';

import { useRef, useState, type ReactNode } from 'react';
import { AnchoredPopover } from '@/client/ui/menu';
import { PersonCard } from '@/client/user/person-card';
import type { PersonView } from '@/shared/user';

/** A picture or a name that opens the person's card. Until then it costs no more than a button. */
export function PersonButton({
  person,
  children,
  className,
  style,
  isInTabOrder = false,
}: {
  person: PersonView;
  children: ReactNode;
  className?: string;
  style?: React.CSSProperties;
  isInTabOrder?: boolean;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        tabIndex={isInTabOrder ? undefined : -1}
        aria-label={`About ${person.name}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className={className}
        style={style}
      >
        {children}
      </button>
      {isOpen && (
        <AnchoredPopover anchor={button} label={`About ${person.name}`} onClose={() => setIsOpen(false)}>
          <PersonCard person={person} onClose={() => setIsOpen(false)} />
        </AnchoredPopover>
      )}
    </>
  );
}
