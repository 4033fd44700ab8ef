import { z } from 'zod';

/** Ids are UUIDs made by whoever creates the thing, so that every create can be repeated. */
export const id = z.uuid().transform((s) => s.toLowerCase());

/** A place or a revision: PostgreSQL's integer. */
export const seqMax = 2_147_483_647;
export const position = z.int().min(0).max(seqMax);

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The short part of a thread's URL: the last 60 bits of its id, which are random in UUIDv7 and
 * UUIDv5, as 12 characters of Crockford's base 32.
 */
export function shortIdOf(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '').slice(-15)}`);
  let out = '';
  for (let i = 0; i < 12; i++) {
    out = alphabet.charAt(Number(bits & 31n)) + out;
    bits >>= 5n;
  }
  return out;
}

export const shortId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{12}$/);
