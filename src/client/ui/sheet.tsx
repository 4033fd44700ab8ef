'use client';

import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { clsx } from 'clsx';
import { useBackCloses } from '@/client/lib/use-back-closes';
import { Backdrop } from '@/client/ui/backdrop';
import type { MenuEntry } from '@/client/ui/menu-button';

type Props = {
  title: string;
  /** Stands above the entries. */
  children?: ReactNode;
  entries: MenuEntry[];
  onClose(): void;
};

/** A menu that comes up from the lower edge, for fingers. */
export function Sheet({ title, children, entries, onClose }: Props) {
  useBackCloses(true, onClose);
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Backdrop />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-50 mx-auto max-h-[80vh] max-w-140 animate-[appear_120ms_var(--ease-out)] overflow-y-auto rounded-t-2xl border-t bg-raised p-2 pb-[calc(0.5rem+env(safe-area-inset-bottom))] shadow-float outline-none"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
          {entries.map(({ label, picture, isDangerous, onSelect }) => (
            <button
              key={label}
              type="button"
              onClick={() => {
                onClose();
                onSelect();
              }}
              className={clsx(
                'flex h-12 w-full items-center gap-3.5 rounded-lg px-3.5 text-left text-base active:bg-hover',
                isDangerous && 'text-red',
              )}
            >
              <span className="grid w-5 shrink-0 place-items-center">{picture}</span>
              {label}
            </button>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
