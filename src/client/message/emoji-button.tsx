'use client';

import { Smile } from 'lucide-react';
import { useRef, useState } from 'react';
import { lazily } from '@/client/lib/lazily';
import { PopoverButton } from '@/client/ui/popover-button';

export const EmojiPopover = lazily(async () => (await import('@/client/message/emoji-popover')).EmojiPopover);

/** Picks an emoji for what is being written; phones have their own on the keyboard. */
export function EmojiButton({ onPick }: { onPick(emoji: string): void }) {
  const [isOpen, setIsOpen] = useState(false);
  const picked = useRef<string | null>(null);
  // Whoever has picked goes on writing; the focus would come back to the button.
  const writeOn = () => {
    if (picked.current === null) return false;
    onPick(picked.current);
    picked.current = null;
    return true;
  };
  return (
    <PopoverButton
      label="Emoji"
      picture={<Smile size={18} />}
      className="!size-9 max-md:hidden"
      open={isOpen}
      onOpenChange={setIsOpen}
      intent={EmojiPopover.intent}
    >
      {(floating) => (
        <EmojiPopover
          {...floating}
          onPick={(emoji) => {
            picked.current = emoji;
            setIsOpen(false);
          }}
          onClosed={writeOn}
        />
      )}
    </PopoverButton>
  );
}
