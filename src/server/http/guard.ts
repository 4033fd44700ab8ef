import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf } from '@/server/auth/address';
import { env } from '@/server/base/env';
import { repeatedSecurityEvent } from '@/server/base/security-log';
import type { ErrorCode, ErrorData, ErrorReason } from '@/shared/error-code';
import { bodyMaxBytes, originShownChars, urlMaxBytes } from '@/shared/limits';

/** What a request is refused with before any procedure or page sees it. */
export type Refusal = {
  status: number;
  code: ErrorCode;
  reason: ErrorReason;
  message: string;
  retryAfterMs?: number;
};

const refusal = (status: number, code: ErrorCode, message: string): Refusal => ({
  status,
  code,
  reason: 'transport',
  message,
});

/** What holds for every request: a plain path that can be read, of bounded length, without NUL. */
export function checkTarget(req: IncomingMessage): Refusal | null {
  const url = req.url ?? '';
  if (!url.startsWith('/') || url.startsWith('//'))
    return refusal(400, 'BAD_REQUEST', 'The address is not a path.');
  if (url.length > urlMaxBytes) return refusal(414, 'PAYLOAD_TOO_LARGE', 'The address is too long.');
  if (/%00|\0/.test(url)) return refusal(400, 'BAD_REQUEST', 'The address contains a NUL character.');
  if (!isReadable(url)) return refusal(400, 'BAD_REQUEST', 'The address has a broken escape.');
  return null;
}

function isReadable(url: string): boolean {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '') !== '';
  } catch {
    return false;
  }
}

/**
 * What holds for calls: only our own pages may write, only with JSON. A browser says where a request
 * comes from in `Origin` and `Sec-Fetch-Site`; a client that is no browser sends neither.
 */
export function checkCall(req: IncomingMessage): Refusal | null {
  const { method } = req;
  if (method !== 'GET' && method !== 'POST')
    return refusal(405, 'METHOD_NOT_SUPPORTED', 'Only GET and POST are understood here.');
  if (!isOwnOrigin(req.headers.origin ?? null))
    return refusal(403, 'FORBIDDEN', 'This page may not call Foyer: its origin is not allowed.');
  const site = req.headers['sec-fetch-site'];
  if (site && site !== 'same-origin' && site !== 'none' && !req.headers.origin)
    return refusal(403, 'FORBIDDEN', 'Calls from other sites are not allowed.');
  if (method === 'POST' && !/^application\/json *(;|$)/i.test(req.headers['content-type'] ?? ''))
    return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Only application/json is understood here.');
  if (Number(req.headers['content-length'] ?? 0) > bodyMaxBytes) return tooLarge;
  return null;
}

export const tooLarge = refusal(
  413,
  'PAYLOAD_TOO_LARGE',
  `A request may have at most ${bodyMaxBytes} bytes.`,
);
export const badJson = refusal(400, 'BAD_REQUEST', 'The body is not JSON of a reasonable depth.');

/** Another page has tried to use its visitor's browser. */
export function noteForeign(req: IncomingMessage): void {
  const origin = req.headers.origin?.slice(0, originShownChars);
  repeatedSecurityEvent('foreign_origin', { address: addressOf(req), origin });
}

/** @param origin the header's value; null (absent) is a client that is no browser */
export const isOwnOrigin = (origin: string | null): boolean => origin === null || env().origins.has(origin);

/** Answers with the error shape that tRPC's clients understand, and closes the connection. */
export function refuse(res: ServerResponse, { status, code, reason, message, retryAfterMs }: Refusal): void {
  const data: ErrorData = {
    code,
    reason,
    httpStatus: status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const body = JSON.stringify({ error: { message, code: -32600, data } });
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
  });
  res.end(body);
}

/** @throws {RangeError} past the limit, without reading on */
export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyMaxBytes) throw new RangeError('The body is too large.');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
