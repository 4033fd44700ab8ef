import { randomBytes } from 'node:crypto';

/** What a visitor's browser makes: 32 random bytes. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
