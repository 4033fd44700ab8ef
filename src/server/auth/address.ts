import type { IncomingMessage } from 'node:http';
import { env } from '@/server/base/env';

/** The address prefix of a request, behind as many proxies as TRUSTED_PROXIES says. */
export function addressOf(req: IncomingMessage): string {
  const hops = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => hop.trim());
  const trusted = env().TRUSTED_PROXIES;
  const address = (trusted > 0 && hops.at(-trusted)) || req.socket.remoteAddress || 'unknown';
  return prefixOf(address.replace(/^::ffff:(?=\d+\.)/, ''));
}

/** An IPv4 address as it is; of an IPv6 address its first 64 bits, which one household has. */
export function prefixOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
