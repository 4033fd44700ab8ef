'use client';

import { X } from 'lucide-react';
import { clsx } from 'clsx';
import { Dialog as Radix } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { useBackCloses } from '@/client/lib/use-back-closes';
import { Backdrop } from '@/client/ui/backdrop';
import { IconButton } from '@/client/ui/button';

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: string;
  isWide?: boolean;
  children: ReactNode;
};

/**
 * What has the focus, and around it what takes it when that is gone. An entry of a menu goes with the menu,
 * whose button stays.
 */
function openersNow() {
  const focused = document.activeElement;
  const menu = focused?.closest('[role=menu]');
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  return [opener, opener?.parentElement?.closest('[tabindex]')];
}

export function Dialog({ open, onOpenChange, title, description, isWide, children }: Props) {
  useBackCloses(open, () => onOpenChange(false));
  // Taken before the content is there: a field in it may take the focus as soon as it is.
  const [wasOpen, setWasOpen] = useState(false);
  const [openers, setOpeners] = useState<(Element | null | undefined)[]>([]);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpeners(openersNow());
  }
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Backdrop />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const opener = openers.find((element) => element?.isConnected);
            if (opener instanceof HTMLElement) opener.focus();
          }}
          className={clsx(
            'fixed inset-x-4 top-[14vh] z-50 mx-auto max-h-[76vh] animate-[appear_150ms_var(--ease-out)] overflow-y-auto rounded-xl border bg-raised p-5 shadow-float outline-none max-md:top-[6vh] max-md:max-h-[88vh]',
            isWide ? 'max-w-140' : 'max-w-105',
          )}
        >
          <div className="mb-4 flex items-start justify-between gap-3">
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-0.5 text-md text-soft">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" className="-mt-1 -mr-1.5">
                <X size={18} />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
