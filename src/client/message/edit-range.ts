/** Replaces a part of a text field as typing would, so that undo takes it back. @returns the new text */
export function replaceRange(area: HTMLTextAreaElement, from: number, to: number, text: string): string {
  area.focus();
  area.setSelectionRange(from, to);
  const isTyped = document.execCommand(text ? 'insertText' : 'delete', false, text);
  if (!isTyped) area.setRangeText(text, from, to, 'end');
  return area.value;
}

/** The mark that each key puts around what is selected; with Ctrl, or Command. */
const marks: Record<string, string> = { b: '**', i: '_', e: '`', X: '~~' };

/** The mark of a key press; null for any other key. */
export function markOf(event: {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}): string | null {
  if (event.altKey || event.ctrlKey === event.metaKey) return null;
  return marks[event.shiftKey ? event.key.toUpperCase() : event.key] ?? null;
}

/** Puts a mark around the selection, or takes it off where it is there. @returns the new text */
export function toggleMark(area: HTMLTextAreaElement, mark: string): string {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const size = mark.length;
  const inner = value.slice(from, to);
  const isAround = value.slice(from - size, from) === mark && value.slice(to, to + size) === mark;
  if (isAround) {
    const text = replaceRange(area, from - size, to + size, inner);
    area.setSelectionRange(from - size, to - size);
    return text;
  }
  const text = replaceRange(area, from, to, `${mark}${inner}${mark}`);
  area.setSelectionRange(from + size, to + size);
  return text;
}
