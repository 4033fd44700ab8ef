import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { env } from '@/server/base/env';

/** Headers of every answer, whatever serves it. */
export function setSecurityHeaders(res: ServerResponse): void {
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('referrer-policy', 'same-origin');
  res.setHeader('cross-origin-opener-policy', 'same-origin');
  res.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
  res.setHeader('x-frame-options', 'DENY');
  if (env().PUBLIC_URL?.startsWith('https:')) res.setHeader('strict-transport-security', 'max-age=63072000');
}

/**
 * A page's content policy. Next reads the nonce from the request's own header, so whatever the client
 * sent there is overwritten.
 */
export function setContentPolicy(req: IncomingMessage, res: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${env().isProduction ? '' : " 'unsafe-eval'"}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  req.headers['content-security-policy'] = policy;
  req.headers['x-nonce'] = nonce;
  res.setHeader('content-security-policy', policy);
}
