'use client';

import { useRef, useState, type ReactNode } from 'react';
import { lazily } from '@/client/lib/lazily';
import type { PersonView } from '@/shared/user';

const PersonPopover = lazily(async () => (await import('@/client/user/person-popover')).PersonPopover);

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
        {...PersonPopover.intent}
        className={className}
        style={style}
      >
        {children}
      </button>
      {isOpen && (
        <PersonPopover
          anchor={button}
          label={`About ${person.name}`}
          person={person}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}
