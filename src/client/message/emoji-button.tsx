'use client';

import { Smile } from 'lucide-react';
import { useRef, useState } from 'react';
import { EmojiPicker } from '@/client/message/emoji-picker';
import { IconButton } from '@/client/ui/button';
import { Popover } from '@/client/ui/menu';

/** Picks an emoji for what is being written; phones have their own on the keyboard. */
export function EmojiButton({ onPick }: { onPick(emoji: string): void }) {
  const [isOpen, setIsOpen] = useState(false);
  const picked = useRef<string | null>(null);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <IconButton label="Emoji" className="!size-9 max-md:hidden">
          <Smile size={18} />
        </IconButton>
      }
      // Whoever has picked goes on writing; the focus would come back to the button.
      onCloseAutoFocus={(event) => {
        if (picked.current === null) return;
        event.preventDefault();
        onPick(picked.current);
        picked.current = null;
      }}
    >
      <EmojiPicker
        onPick={(emoji) => {
          picked.current = emoji;
          setIsOpen(false);
        }}
      />
    </Popover>
  );
}
