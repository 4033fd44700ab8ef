import { z } from 'zod';
import { proofMaxChars } from '@/shared/limits';
import { personName } from '@/shared/text';

export type UserKind = 'registered' | 'visitor' | 'imported' | 'bot';

/** What others see of a person. */
export type PersonView = { id: string; kind: UserKind; name: string };
/** The people that a page or a batch speaks of, by id. */
export type People = Record<string, PersonView>;

/**
 * Who calls. A stranger has no row yet: their first write makes it, from the secret's verifier.
 * `userId` is null just for strangers.
 */
export type ViewerKind = 'stranger' | 'visitor' | 'registered';
export type Viewer =
  | { kind: 'stranger'; userId: null }
  | { kind: 'visitor' | 'registered'; userId: string; name: string; isAdmin: boolean };
/** A viewer who has a row, as every write needs. */
export type Member = Exclude<Viewer, { kind: 'stranger' }>;

/** What a person lets others see. Who hides a thing does not see it of others. */
export type Sharing = { showsReceipts: boolean; showsTyping: boolean; showsPresence: boolean };

/** What is not given stays. */
export const proveInput = z.strictObject({
  proof: z.string().min(1).max(proofMaxChars),
  name: personName.optional(),
});
export const updateMeInput = z.strictObject({
  name: personName.optional(),
  showsReceipts: z.boolean().optional(),
  showsTyping: z.boolean().optional(),
  showsPresence: z.boolean().optional(),
});
export type UpdateMeInput = z.output<typeof updateMeInput>;

export type MeView = Sharing & {
  id: string;
  kind: 'visitor' | 'registered';
  name: string;
  isAdmin: boolean;
};
export type SessionView = { me: MeView | null };
