'use client';

import { EmojiPicker } from '@/client/message/emoji-picker';
import { PopoverLayer } from '@/client/ui/popover-layer';
import type { PopoverProps } from '@/client/ui/popover-button';

type Props = PopoverProps & { onPick(emoji: string): void; onClosed?(): boolean };

/** The board of emoji beside a button. */
export const EmojiPopover = ({ onPick, ...floating }: Props) => (
  <PopoverLayer {...floating}>
    <EmojiPicker onPick={onPick} />
  </PopoverLayer>
);
