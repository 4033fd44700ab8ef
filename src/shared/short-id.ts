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
