/** A failure that one sentence explains; it is printed without a stack. */
export class UserError extends Error {}

const causes = [
  [/ENOSPC|No space left on device/i, 'The disk is full. Nothing was lost: free some space and start again.'],
  [/EROFS|read-only file system/i, 'The disk is read-only here, and Foyer must write to it.'],
];

/**
 * The sentence for what a disk or another program reported, when it is a known one.
 * @param {string} text an error's message, or a program's output
 * @returns {string | null}
 */
export const knownCause = (text) => causes.find(([pattern]) => pattern.test(text))?.[1] ?? null;
