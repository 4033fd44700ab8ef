import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { authOptions } from '@/server/auth/nextauth';

type Context = { params: Promise<{ nextauth: string[] }> };

/** Sizes, origins and rates were checked by the server that hands the request over. */
async function serve(req: NextRequest, context: Context): Promise<Response> {
  let waitMs = 0;
  const options = authOptions({
    cookie: req.headers.get('cookie') ?? undefined,
    address: req.headers.get('x-foyer-address') ?? 'unknown',
    userAgent: req.headers.get('x-foyer-browser') ?? '',
    onLimited: (retryAfterMs) => (waitMs = retryAfterMs),
  });
  const answer = (await NextAuth(req, context, options)) as Response;
  if (waitMs === 0 || answer.status !== 401) return answer;
  const headers = new Headers(answer.headers);
  headers.set('retry-after', String(Math.ceil(waitMs / 1_000)));
  return new Response(answer.body, { status: 429, headers });
}

export { serve as GET, serve as POST };
