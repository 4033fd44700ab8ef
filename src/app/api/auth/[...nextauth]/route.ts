import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { authOptions } from '@/server/auth/nextauth';

type Context = { params: Promise<{ nextauth: string[] }> };

/** Sizes, origins and rates were checked by the server that hands the request over. */
const serve = (req: NextRequest, context: Context): Promise<Response> =>
  NextAuth(
    req,
    context,
    authOptions({
      cookie: req.headers.get('cookie') ?? undefined,
      address: req.headers.get('x-foyer-address') ?? 'unknown',
      userAgent: req.headers.get('x-foyer-browser') ?? '',
    }),
  ) as Promise<Response>;

export { serve as GET, serve as POST };
