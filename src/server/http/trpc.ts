import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { TRPCError } from '@trpc/server';
import { toAppError } from '@/server/api/error-shape';
import { appRouter } from '@/server/api/root';
import { addressOf } from '@/server/auth/address';
import { Identity } from '@/server/auth/identity';
import { badJson, checkCall, noteForeign, readBody, refuse, tooLarge } from '@/server/http/guard';
import { parseShallowJson } from '@/shared/json';
import { callsPerBatchMax } from '@/shared/limits';

const prefix = '/api/trpc/';

/** Calls over HTTP, batched or not, and the streams as server-sent events. */
export async function serveTrpc(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const refused = checkCall(req);
  if (refused?.code === 'FORBIDDEN') noteForeign(req);
  if (refused) return refuse(res, refused);
  let body: string | undefined;
  if (req.method === 'POST') {
    try {
      body = await readBody(req);
    } catch (cause) {
      return refuse(res, cause instanceof RangeError ? tooLarge : badJson);
    }
  }
  try {
    // Parsed here for its depth; tRPC parses it again from the text.
    if (body) parseShallowJson(body);
    const input = new URL(req.url ?? '', 'http://localhost').searchParams.get('input');
    if (input) parseShallowJson(input);
  } catch {
    return refuse(res, badJson);
  }
  // It can be read: every request was looked at for that.
  const path = decodeURIComponent((req.url ?? '').slice(prefix.length).split('?')[0] ?? '');
  res.setHeader('cache-control', 'private, no-store');
  await nodeHTTPRequestHandler({
    req: Object.assign(req, { body }),
    res,
    path,
    router: appRouter,
    maxBatchSize: callsPerBatchMax,
    responseMeta: ({ errors }) => ({ headers: retryAfter(errors) }),
    createContext: async () => ({
      identity: await Identity.resolve({
        secret: headerOf(req, 'x-foyer-visitor'),
        cookie: req.headers.cookie,
        as: headerOf(req, 'x-foyer-as'),
        name: decoded(headerOf(req, 'x-foyer-name')),
        address: addressOf(req),
      }),
      from: 'http' as const,
      connection: null,
    }),
  });
}

/** For clients that read no bodies: when the last of these calls may be made again, whole seconds. */
function retryAfter(errors: TRPCError[]): Record<string, string> {
  const waits = errors.map((error) => toAppError(error).retryAfterMs ?? 0);
  const longestMs = Math.max(0, ...waits);
  return longestMs > 0 ? { 'retry-after': String(Math.ceil(longestMs / 1_000)) } : {};
}

const headerOf = (req: IncomingMessage, name: string): string | null => {
  const value = req.headers[name];
  return typeof value === 'string' && value ? value : null;
};

/** A header's text, which travels percent-encoded; null when it is broken. */
function decoded(text: string | null): string | null {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return null;
  }
}
