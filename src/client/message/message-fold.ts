const lineChars = 80;
const tallLines = 40;
/** What a folded text shows, px, and the button below it. */
export const foldedPx = 528;
export const foldButtonPx = 32;

/** Texts that somebody has unfolded stay so when their rows come back into view. */
const unfolded = new Set<string>();

/** Whether a text would fill the view and more. */
export function isTall(text: string): boolean {
  if (text.length < tallLines) return false;
  let lines = 0;
  for (const line of text.split('\n')) lines += Math.max(1, Math.ceil(line.length / lineChars));
  return lines > tallLines;
}

/** Whether just the beginning of a message is shown. */
export const isFolded = (id: string, text: string): boolean => !unfolded.has(id) && isTall(text);

export function setFolded(id: string, isShort: boolean): void {
  if (isShort) unfolded.delete(id);
  else unfolded.add(id);
}
