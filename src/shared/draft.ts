import { z } from 'zod';
import { id } from '@/shared/id';
import { draftMaxChars } from '@/shared/limits';
import { storableText } from '@/shared/text';

/** What a person has typed in a thread and not sent, the same on all their devices. */
export type DraftView = {
  threadId: string;
  /** Empty when it was sent or given up: devices that still hold it learn of that. */
  text: string;
  /** Grows with each change, whichever device made it. */
  version: number;
};

export const saveDraftInput = z.strictObject({
  threadId: id,
  text: storableText.refine(
    (s) => s.length <= draftMaxChars,
    `A draft may have at most ${draftMaxChars} units.`,
  ),
});
export type SaveDraftInput = z.output<typeof saveDraftInput>;
