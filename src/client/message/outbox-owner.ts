import { v5 as hashedId } from 'uuid';
import { visitorSecret } from '@/client/identity';

const namespace = '6f0d7c2e-52a4-5c1b-9b59-0e7f6f1f3a10';
let known: { secret: string; key: string } | undefined;

/**
 * Names the person at this browser without telling the secret that proves it: a UUIDv5, 122 bits of a
 * SHA-1. Unlike the browser's own digest it answers at once, and on a page without https too.
 */
export function ownerKey(): string {
  const secret = visitorSecret();
  if (known?.secret !== secret) known = { secret, key: hashedId(secret, namespace) };
  return known.key;
}
