import { z } from 'zod';
import {
  bioMaxChars,
  nameMaxChars,
  reportNoteMaxChars,
  searchMaxChars,
  textMaxBytes,
  textMaxChars,
  titleMaxChars,
  titleMinChars,
  topicMaxChars,
} from '@/shared/limits';

/** Characters that show nothing: white space, format characters, controls, blank letters, lone marks. */
const invisible = /^[\s\p{Cf}\p{Cc}\p{M}\u115F\u1160\u2800\u3164\uFFA0]*$/u;
/** C0 and C1 controls but tab and newline. */
// oxlint-disable-next-line no-control-regex -- the point of this expression
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;
const bidiControl = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const marksPerLetterMax = 8;
const markFlood = new RegExp(`\\p{M}{${marksPerLetterMax + 1},}`, 'u');

export const charCount = (text: string) => [...text].length;

/** A string that PostgreSQL stores as it is: well-formed Unicode without NUL. */
export const storable = z
  .string()
  .refine((s) => s.isWellFormed() && !s.includes('\0'), 'Contains characters that cannot be stored.');

/** Anything that can be stored, as it is: what a person has not sent yet is nobody else's. */
export const storableText = storable;

const line = (what: string, min: number, max: number) =>
  storable
    .transform((s) => s.replace(bidiControl, '').replace(/\s+/gu, ' ').trim())
    .refine((s) => charCount(s) <= max, `${what} may have at most ${max} characters.`)
    .refine((s) => charCount(s) >= min, `${what} needs at least ${min} characters.`)
    .refine((s) => min === 0 || !invisible.test(s), `${what} must show something.`)
    .refine((s) => !control.test(s), `${what} contains control characters.`);

/** A message's text: line breaks are kept, the ends are trimmed. */
export const messageText = storable
  .transform((s) => s.replace(/\r\n?/g, '\n').trim())
  .refine((s) => charCount(s) <= textMaxChars, `A message may have at most ${textMaxChars} characters.`)
  .refine(
    (s) => new TextEncoder().encode(s).length <= textMaxBytes,
    `A message may have at most ${textMaxBytes} bytes.`,
  )
  .refine((s) => !invisible.test(s), 'A message must show something.')
  .refine((s) => !control.test(s), 'A message cannot contain control characters.');

export const threadTitle = line('A title', titleMinChars, titleMaxChars);
export const roomName = line('A room name', 2, 80);
export const roomTopic = line('A topic', 0, topicMaxChars);
export const reportNote = line('A note', 0, reportNoteMaxChars);
export const searchText = line('A search', 0, searchMaxChars);
export const personName = line('A name', 1, nameMaxChars).refine(
  (s) => !markFlood.test(s),
  'A name has too many marks on one letter.',
);
export const personBio = line('A line about you', 0, bioMaxChars);
