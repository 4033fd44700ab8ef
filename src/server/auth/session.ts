import { decode } from 'next-auth/jwt';
import { z } from 'zod';
import { env } from '@/server/base/env';
import { liveSession, type LiveSession } from '@/server/domain/user/session';

/** Longer values are none of ours. */
const tokenMaxChars = 4_096;
const claims = z.object({ sub: z.uuid(), sid: z.uuid() });

/** `__Host-` binds a cookie to this very host; browsers take it over https only. */
export const sessionCookieName = () => (env().isSecure ? '__Host-foyer.session' : 'foyer.session');

/** The value of the first cookie of this name in a request's header. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || null;
  }
  return null;
}

/** What a token says, under any secret that is still believed; null for anything else. */
export async function decodeToken(
  token: string | undefined,
  salt = '',
): Promise<Record<string, unknown> | null> {
  if (!token || token.length > tokenMaxChars) return null;
  for (const secret of env().secrets) {
    try {
      return await decode({ token, secret, salt });
    } catch {
      // Another secret, an expired token, or no token at all: told by null.
    }
  }
  return null;
}

/**
 * The session that a request's cookies prove: for calls, for the socket's upgrade and for NextAuth alike.
 * Whatever is wrong with them, there is no session.
 * @param header the `Cookie` header
 * @throws when the database is away
 */
export async function readSession(header: string | undefined): Promise<LiveSession | null> {
  const token = cookieOf(header, sessionCookieName());
  const told = claims.safeParse(await decodeToken(token ?? undefined));
  return told.success ? liveSession(told.data.sid, told.data.sub) : null;
}
