import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '@/server/base/errors';
import { once } from '@/server/base/once';

type Rule = { name: string; points: number; perSeconds: number };

const limiterOf = (rule: Rule) =>
  once(
    `limit ${rule.name}`,
    () => new RateLimiterMemory({ keyPrefix: rule.name, points: rule.points, duration: rule.perSeconds }),
  );

/**
 * Counts one call against a rule.
 * @throws {AppError} TOO_MANY_REQUESTS with `retryAfterMs`
 */
export async function consume(rule: Rule, key: string): Promise<void> {
  try {
    await limiterOf(rule).consume(key);
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause;
    const seconds = Math.max(1, Math.ceil(cause.msBeforeNext / 1000));
    throw new AppError(
      'TOO_MANY_REQUESTS',
      'too_fast',
      `That was too fast. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
      { retryAfterMs: cause.msBeforeNext },
    );
  }
}
