import { z } from 'zod';

/** Ids are UUIDs made by whoever creates the thing, so that every create can be repeated. */
export const id = z.uuid().transform((s) => s.toLowerCase());

/** A place or a revision: PostgreSQL's integer. */
export const seqMax = 2_147_483_647;
export const position = z.int().min(0).max(seqMax);

export const shortId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{12}$/);
