import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { env } from '@/server/base/env';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether a request comes from whoever runs this: with METRICS_TOKEN, or, where none is set, straight
 * from this machine while no other may reach it. What came through a proxy says so in its headers.
 */
export function isOperator(req: IncomingMessage): boolean {
  const { METRICS_TOKEN: token, TRUSTED_PROXIES: proxies, PUBLIC_URL: publicUrl } = env();
  if (token) {
    const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), digest(token));
  }
  const isProxied = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'].some((name) => name in req.headers);
  const isLocal = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(req.socket.remoteAddress ?? '');
  return isLocal && !isProxied && proxies === 0 && !publicUrl;
}
