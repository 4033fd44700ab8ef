import { v5 as hashedId } from 'uuid';
import { knownAccount, visitorSecret } from '@/client/identity';

const namespace = '6f0d7c2e-52a4-5c1b-9b59-0e7f6f1f3a10';
let known: { secret: string; key: string } | undefined;

/** An account by its id; a visitor by a name that their secret has, and no way back from it. */
export const ownerKey = (): string => knownAccount()?.id ?? ownerKeyOf(visitorSecret());

/**
 * Names the visitor of a secret without telling it: a UUIDv5, 122 bits of a
 * SHA-1. Unlike the browser's own digest it answers at once, and on a page without https too.
 */
export function ownerKeyOf(secret: string): string {
  if (known?.secret !== secret) known = { secret, key: hashedId(secret, namespace) };
  return known.key;
}
