import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { addressOf } from '@/server/auth/address';
import { Identity } from '@/server/auth/identity';
import { env } from '@/server/base/env';
import { isAppError } from '@/server/base/errors';
import { consume } from '@/server/base/rate-limit';
import { securityEvent } from '@/server/base/security-log';
import { exportOf, type ExportPart } from '@/server/domain/inbox/export';
import { checkCall, refuse } from '@/server/http/guard';

const header = (req: IncomingMessage, name: string) => {
  const value = req.headers[name];
  return typeof value === 'string' ? value : null;
};

function unlessGone(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_STREAM_PREMATURE_CLOSE'))
    throw cause;
}

/** Everything about whoever asks, as a file: `?format=json`, or `html` to be read. */
export async function serveExport(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const refused = checkCall(req);
  if (refused) return refuse(res, refused);
  if (req.method !== 'GET')
    return refuse(res, {
      status: 405,
      code: 'METHOD_NOT_SUPPORTED',
      reason: 'transport',
      message: 'Only GET.',
    });
  try {
    const identity = await Identity.resolve({
      secret: header(req, 'x-foyer-visitor'),
      as: header(req, 'x-foyer-as'),
      cookie: req.headers.cookie,
      address: addressOf(req),
    });
    const { viewer } = identity;
    if (viewer.userId === null)
      return refuse(res, {
        status: 401,
        code: 'UNAUTHORIZED',
        reason: 'identity_needed',
        message: 'There is nobody to export: you have written nothing here.',
      });
    await consume({ name: 'exports', points: env().EXPORTS_PER_HOUR, perSeconds: 3_600 }, viewer.userId);
    securityEvent('exported', { userId: viewer.userId, address: identity.address });
    const isHtml = /[?&]format=html\b/.test(req.url ?? '');
    res.writeHead(200, {
      'content-type': isHtml ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="foyer-export.${isHtml ? 'html' : 'json'}"`,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'cache-control': 'private, no-store',
    });
    // Whoever leaves in the middle ends the reading as well.
    await pipeline(isHtml ? asHtml(exportOf(viewer)) : asJson(exportOf(viewer)), res).catch(unlessGone);
  } catch (cause) {
    if (!isAppError(cause) || res.headersSent) throw cause;
    const status =
      { UNAUTHORIZED: 401, TOO_MANY_REQUESTS: 429, BAD_REQUEST: 400 }[cause.code as string] ?? 503;
    const { code, reason, message, retryAfterMs } = cause;
    refuse(res, { status, code, reason, message, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
}

async function* asJson(parts: ExportPart[]): AsyncGenerator<string> {
  yield '{';
  for (const [i, { name, rows }] of parts.entries()) {
    yield `${i > 0 ? ',' : ''}\n${JSON.stringify(name)}: [`;
    let isFirst = true;
    for await (const row of rows) {
      yield `${isFirst ? '' : ','}\n${JSON.stringify(row)}`;
      isFirst = false;
    }
    yield ']';
  }
  yield '\n}\n';
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (value: unknown): string =>
  (value instanceof Date
    ? value.toISOString()
    : typeof value === 'string'
      ? value
      : JSON.stringify(value ?? '')
  ).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);

async function* asHtml(parts: ExportPart[]): AsyncGenerator<string> {
  yield `<!doctype html><html lang="en"><meta charset="utf-8"><title>Foyer export</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:10rem 1fr;gap:0 1rem;margin:0;padding:.5rem 0;border-top:1px solid #ddd}
dt{color:#666}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}</style><h1>Everything about you</h1>\n`;
  for (const { name, rows } of parts) {
    yield `<h2>${escaped(name)}</h2>\n`;
    for await (const row of rows) {
      const fields = Object.entries(row).map(
        ([key, value]) => `<dt>${escaped(key)}</dt><dd>${escaped(value)}</dd>`,
      );
      yield `<dl>${fields.join('')}</dl>\n`;
    }
  }
  yield '</html>\n';
}
