import { createHmac } from 'node:crypto';
import { env } from '@/server/base/env';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { securityRepeatMs } from '@/shared/limits';

export type SecurityEvent =
  | 'sign_in'
  | 'sign_in_failed'
  | 'sign_in_limited'
  | 'sign_out'
  | 'sign_out_everywhere'
  | 'session_ended'
  | 'registered'
  | 'registration_limited'
  | 'password_changed'
  | 'password_reset'
  | 'visitor_claimed'
  | 'visitor_recovered'
  | 'admin_made'
  | 'deactivated'
  | 'exported'
  | 'erased'
  | 'refused'
  | 'limited'
  | 'foreign_origin';

type Details = {
  userId?: string | null;
  address?: string;
  [detail: string]: string | number | null | undefined;
};

const rememberedMax = 10_000;

/** Tells one address from another, of networks as of mail, without saying which it is. */
export const addressMark = (address: string) =>
  createHmac('sha256', env().secrets[0]).update(address).digest('hex').slice(0, 12);

/**
 * One line per thing that an operator may have to look into: who, what, from where, when. No address in
 * clear, no e-mail, no secret.
 */
export function securityEvent(event: SecurityEvent, { userId, address, ...more }: Details): void {
  const from = address === undefined ? undefined : addressMark(address);
  log().info({ security: event, userId: userId ?? undefined, from, ...more }, 'security');
}

const seen = () => once('security-seen', () => new Map<string, { atMs: number; skipped: number }>());

/**
 * The same for what somebody can make happen as often as they like: at most one line a minute for the same
 * thing (its event, `path`, `reason` and `by`) by the same person or address, which says how many there were
 * since the one before.
 */
export function repeatedSecurityEvent(event: SecurityEvent, details: Details): void {
  const { userId, address, path, reason, by } = details;
  const key = JSON.stringify([event, userId ?? address, path, reason, by]);
  const now = Date.now();
  const before = seen().get(key);
  if (before && now - before.atMs < securityRepeatMs) {
    before.skipped++;
    return;
  }
  if (seen().size >= rememberedMax) seen().clear();
  seen().set(key, { atMs: now, skipped: 0 });
  securityEvent(event, { ...details, ...(before && { skipped: before.skipped }) });
}
