'use client';

import { CaseSensitive } from 'lucide-react';
import { useState } from 'react';
import { lazily } from '@/client/lib/lazily';
import { PopoverButton } from '@/client/ui/popover-button';

const FormattingPopover = lazily(
  async () => (await import('@/client/message/formatting-popover')).FormattingPopover,
);

/** The way to what can be typed for which look. */
export function FormattingHelp() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <PopoverButton
      label="Formatting"
      picture={<CaseSensitive size={19} />}
      className="!size-9 max-md:!size-11"
      open={isOpen}
      onOpenChange={setIsOpen}
      intent={FormattingPopover.intent}
    >
      {(floating) => <FormattingPopover {...floating} />}
    </PopoverButton>
  );
}
