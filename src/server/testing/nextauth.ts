import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextApiRequest, NextApiResponse } from 'next';
import NextAuth from 'next-auth';
import { authOptions } from '@/server/auth/nextauth';
import { readBody } from '@/server/http/guard';

/** NextAuth as the pages' server runs it, without that server: its form for plain requests. */
export async function serveNextAuth(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '', 'http://localhost');
  const text = req.method === 'POST' ? await readBody(req) : '';
  const isJson = /json/.test(req.headers['content-type'] ?? '');
  const body: unknown = isJson ? JSON.parse(text || '{}') : Object.fromEntries(new URLSearchParams(text));
  const cookies = Object.fromEntries(
    (req.headers.cookie ?? '').split(/; */).flatMap((pair) => {
      const [name = '', ...value] = pair.split('=');
      return name ? [[name, decodeURIComponent(value.join('='))]] : [];
    }),
  );
  const query = {
    ...Object.fromEntries(url.searchParams),
    nextauth: url.pathname.replace('/api/auth/', '').split('/'),
  };
  let waitMs = 0;
  const answer = Object.assign(res, {
    status(code: number) {
      const isLimited = waitMs > 0 && code === 401;
      if (isLimited) res.setHeader('retry-after', String(Math.ceil(waitMs / 1_000)));
      res.statusCode = isLimited ? 429 : code;
      return answer;
    },
    json(value: unknown) {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(value));
    },
    send: (value: unknown) => void res.end(typeof value === 'object' ? JSON.stringify(value) : value),
  });
  await NextAuth(
    Object.assign(req, { body, cookies, query }) as unknown as NextApiRequest,
    answer as unknown as NextApiResponse,
    authOptions({
      cookie: req.headers.cookie,
      address: String(req.headers['x-foyer-address']),
      userAgent: String(req.headers['x-foyer-browser']),
      onLimited: (retryAfterMs) => (waitMs = retryAfterMs),
    }),
  );
}
