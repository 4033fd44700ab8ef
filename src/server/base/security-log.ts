import { createHmac } from 'node:crypto';
import { env } from '@/server/base/env';
import { log } from '@/server/base/log';

export type SecurityEvent =
  | 'sign_in'
  | 'sign_in_failed'
  | 'sign_in_limited'
  | 'sign_out'
  | 'sign_out_everywhere'
  | 'registered'
  | 'registration_limited'
  | 'password_changed'
  | 'password_reset'
  | 'visitor_claimed'
  | 'visitor_recovered'
  | 'admin_made'
  | 'deactivated'
  | 'exported'
  | 'erased';

/** Tells one address from another without saying which it is. */
const addressMark = (address: string) =>
  createHmac('sha256', env().secrets[0]).update(address).digest('hex').slice(0, 12);

/**
 * One line per thing that an operator may have to look into: who, what, from where, when. No address in
 * clear, no e-mail, no secret.
 */
export function securityEvent(
  event: SecurityEvent,
  {
    userId,
    address,
    ...more
  }: { userId?: string | null; address?: string; [detail: string]: string | number | null | undefined },
): void {
  const from = address === undefined ? undefined : addressMark(address);
  log().info({ security: event, userId: userId ?? undefined, from, ...more }, 'security');
}
