import { createHash } from 'node:crypto';
import { AppError } from '@/server/base/errors';

const context = 'foyer-visitor:v1:';

/**
 * The verifier of a visitor's secret: SHA-256 over a fixed context and its 32 bytes. Only the verifier
 * is stored.
 * @param secret 43 characters of base64url, as the browser made it
 * @throws {AppError} BAD_REQUEST when it is anything else
 */
export function verifierOf(secret: string): Buffer {
  const bytes = /^[\w-]{43}$/.test(secret) ? Buffer.from(secret, 'base64url') : null;
  // 43 characters have two bits to spare: the same bytes must not have four spellings.
  if (bytes?.length !== 32 || bytes.toString('base64url') !== secret)
    throw new AppError(
      'BAD_REQUEST',
      'input',
      'The visitor secret is not one that a browser of Foyer makes.',
    );
  return createHash('sha256').update(context).update(bytes).digest();
}
