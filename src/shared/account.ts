import { z } from 'zod';
import {
  emailMaxChars,
  passwordMaxChars,
  passwordMinChars,
  pictureKinds,
  proofMaxChars,
} from '@/shared/limits';
import { isGuessable } from '@/shared/guessable';
import { charCount, personBio, personName, searchText, storable } from '@/shared/text';
import { id } from '@/shared/id';

/** One address in plain ASCII, compared in lower case; what only looks like one is none. */
export const email = z
  .string()
  .max(emailMaxChars)
  .transform((s) => s.trim().toLowerCase())
  .refine(
    (s) => /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?$/.test(s),
    'This is no e-mail address.',
  )
  .refine((s) => /@[^.]+(\.[^.]+)*$/.test(s) && !/^\.|\.@/.test(s), 'This is no e-mail address.');

/** What is typed to sign in: anything that could be stored. */
const typedPassword = storable.refine(
  (s) => s.length > 0 && charCount(s) <= passwordMaxChars,
  'The password is too long.',
);
const newPassword = storable
  .refine(
    (s) => charCount(s) >= passwordMinChars,
    `A password needs at least ${passwordMinChars} characters.`,
  )
  .refine(
    (s) => charCount(s) <= passwordMaxChars,
    `A password may have at most ${passwordMaxChars} characters.`,
  )
  .refine((s) => !isGuessable(s), 'This password is among the first that are guessed. Choose another one.');

/** 32 random bytes in canonical base64url. */
const secret = z.string().regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/, 'This is not complete.');
export const recoveryCode = z
  .string()
  .max(80)
  .transform((s) => s.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1'))
  .refine((s) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(s), 'A recovery code has 26 letters and digits.');

export const registerInput = z.strictObject({
  email,
  password: newPassword,
  name: personName,
  /** Whether the visitor of this browser becomes the account, with all they wrote. */
  keepVisitor: z.boolean(),
});
export const signInInput = z.strictObject({ email, password: typedPassword });
export const changePasswordInput = z.strictObject({ current: typedPassword, password: newPassword });
export const resetPasswordInput = z.strictObject({ token: secret, password: newPassword });
export const useAdminLinkInput = z.strictObject({ token: secret });
export const recoverInput = z.strictObject({ code: recoveryCode, secret });
export const updateMeInput = z.strictObject({
  name: personName.optional(),
  bio: personBio.optional(),
  /** One of the generated pictures; null is the one that comes with the id. */
  picture: z
    .int()
    .min(0)
    .max(pictureKinds - 1)
    .nullish(),
  showsReceipts: z.boolean().optional(),
  showsTyping: z.boolean().optional(),
  showsPresence: z.boolean().optional(),
});
export const proveInput = z.strictObject({
  proof: z.string().min(1).max(proofMaxChars),
  name: personName.optional(),
});
export const searchUsersInput = z.strictObject({ search: searchText });
export const getUserInput = z.strictObject({ id });
export const endSessionInput = z.strictObject({ id });
/** What proves that the person means it: an account's password, a visitor's name. */
const proof = typedPassword;
export const deactivateInput = z.strictObject({ proof });
export const eraseInput = z.strictObject({ texts: z.enum(['keep', 'remove']), proof });

export type RegisterInput = z.output<typeof registerInput>;
export type SignInInput = z.output<typeof signInInput>;
export type ChangePasswordInput = z.output<typeof changePasswordInput>;
export type RecoverInput = z.output<typeof recoverInput>;
export type UpdateMeInput = z.output<typeof updateMeInput>;
export type EraseInput = z.output<typeof eraseInput>;

/** A signed-in browser. */
export type SessionListItem = {
  id: string;
  label: string;
  createdAt: string;
  seenAt: string;
  isThis: boolean;
};
/** What a person may know of themselves alone. */
export type AccountView = {
  id: string;
  kind: 'visitor' | 'registered';
  name: string;
  bio: string;
  picture: number | null;
  email: string | null;
  hasPassword: boolean;
  hasRecoveryCode: boolean;
  providers: string[];
  sessions: SessionListItem[];
};
