import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf } from '@/server/auth/address';
import { countSignIn } from '@/server/auth/sign-in';
import { isAppError } from '@/server/base/errors';
import { checkCall, isOwnOrigin, noteForeign, refuse, tooLarge, type Refusal } from '@/server/http/guard';
import { signInMaxBytes } from '@/shared/limits';

const refusal = (status: number, code: Refusal['code'], message: string): Refusal => ({
  status,
  code,
  reason: 'transport',
  message,
});

/** What holds for NextAuth's own address: small forms of our own pages. */
function checkAuth(req: IncomingMessage): Refusal | null {
  const { method, headers } = req;
  if (method === 'GET') return null;
  if (method !== 'POST') return checkCall(req);
  const site = headers['sec-fetch-site'];
  if (!isOwnOrigin(headers.origin ?? null) || (site && site !== 'same-origin' && site !== 'none'))
    return refusal(403, 'FORBIDDEN', 'This page may not sign anybody in: its origin is not allowed.');
  if (!/^application\/(x-www-form-urlencoded|json) *(;|$)/i.test(headers['content-type'] ?? ''))
    return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Only a form or application/json is understood here.');
  // NextAuth reads whatever comes: a body of unknown length is not handed over.
  if (headers['content-length'] === undefined)
    return refusal(411, 'BAD_REQUEST', 'The length of the form is missing.');
  return Number(headers['content-length']) > signInMaxBytes ? tooLarge : null;
}

/**
 * Answers what must not reach NextAuth, and tells it what only this server knows of the request.
 * @returns whether NextAuth is to serve it
 */
export async function admitAuth(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  res.setHeader('cache-control', 'private, no-store');
  const refused = checkAuth(req);
  if (refused?.code === 'FORBIDDEN') noteForeign(req);
  if (refused) return (refuse(res, refused), false);
  const path = req.url?.split('?')[0] ?? '';
  const address = addressOf(req);
  if (req.method === 'POST' && path.startsWith('/api/auth/callback/')) {
    try {
      await countSignIn(address);
    } catch (cause) {
      if (!isAppError(cause)) throw cause;
      res.setHeader('retry-after', String(Math.ceil((cause.retryAfterMs ?? 1_000) / 1_000)));
      return (
        refuse(res, { status: 429, code: cause.code, reason: cause.reason, message: cause.message }),
        false
      );
    }
  }
  // What a browser keeps of private pages goes when it signs out; what it keeps itself, the page wipes.
  if (req.method === 'POST' && path === '/api/auth/signout') res.setHeader('clear-site-data', '"cache"');
  for (const name of Object.keys(req.headers))
    if (/^x-(foyer|forwarded)-/.test(name)) delete req.headers[name];
  req.headers['x-foyer-address'] = address;
  req.headers['x-foyer-browser'] = browserLabel(req.headers['user-agent'] ?? '');
  return true;
}

const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What a person calls a browser: "Firefox on Linux". */
export function browserLabel(userAgent: string): string {
  const nameOf = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [nameOf(browsers) ?? 'A browser', nameOf(systems)].filter(Boolean).join(' on ');
}
