export type ListMove = 'start' | 'end' | 'pageUp' | 'pageDown';

/** The parts of a keyboard event that decide. */
export interface KeyPress {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/**
 * The move a key asks for over the whole list, or null when the key is not ours. Ctrl+Home and Ctrl+End stay
 * free: in a feed they leave it. Meta with an arrow is how a Mac says Home and End.
 */
export function moveOfKey({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyPress): ListMove | null {
  if (altKey || ctrlKey || shiftKey) return null;
  if (metaKey) return key === 'ArrowUp' ? 'start' : key === 'ArrowDown' ? 'end' : null;
  switch (key) {
    case 'Home':
      return 'start';
    case 'End':
      return 'end';
    case 'PageUp':
      return 'pageUp';
    case 'PageDown':
      return 'pageDown';
    default:
      return null;
  }
}
