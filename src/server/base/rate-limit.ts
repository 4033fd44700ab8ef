import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Breaker } from '@/server/base/breaker';
import { AppError } from '@/server/base/errors';
import { log } from '@/server/base/log';
import { metrics } from '@/server/base/metrics';
import { once } from '@/server/base/once';
import { Outage } from '@/server/base/outage';
import { instances, redis } from '@/server/base/redis';
import { redisBreakerMs, redisLimitMs } from '@/shared/limits';

type Rule = { name: string; points: number; perSeconds: number };

/** Counts in Redis, for all processes together, and beside it in this process for when Redis is away. */
const limiterOf = (rule: Rule) =>
  once(`limit ${rule.name}`, () => {
    const options = { keyPrefix: `foyer:limit:${rule.name}`, points: rule.points, duration: rule.perSeconds };
    const storeClient = redis();
    return {
      shared: storeClient && new RateLimiterRedis({ ...options, storeClient, rejectIfRedisNotReady: true }),
      own: new RateLimiterMemory(options),
    };
  });

const alone = () =>
  once(
    'limit-outage',
    () =>
      new Outage({
        onBegin: () => log().warn('limits are counted in this process alone'),
        onOver: () => log().warn('limits are counted in common again'),
      }),
  );

const breaker = () =>
  once(
    'limit-breaker',
    () =>
      new Breaker({
        failures: 1,
        openMs: redisBreakerMs,
        onChange: (isOpen) => (isOpen ? alone().begin() : alone().end()),
      }),
  );

/**
 * Counts one call against a rule. Without Redis each process counts for itself, up to its share of the
 * limit when it knows of others.
 * @throws {AppError} TOO_MANY_REQUESTS with `retryAfterMs`
 */
export async function consume(rule: Rule, key: string): Promise<void> {
  const { shared, own } = limiterOf(rule);
  try {
    if (shared && (await wasCounted(shared, key))) return;
    own.points = Math.ceil(rule.points / instances().count);
    await own.consume(key);
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause;
    metrics().limited.inc({ limit: rule.name });
    const seconds = Math.max(1, Math.ceil(cause.msBeforeNext / 1000));
    throw new AppError(
      'TOO_MANY_REQUESTS',
      'too_fast',
      `That was too fast. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
      { retryAfterMs: cause.msBeforeNext },
    );
  }
}

/** Whether the next call against a rule would be refused, without counting one. */
export async function isSpent(rule: Rule, key: string): Promise<boolean> {
  const { shared, own } = limiterOf(rule);
  const isShared = shared && redis()?.status === 'ready' && breaker().admits();
  // It is an advice: whoever may know better later decides again.
  const kept = isShared ? await shared.get(key).catch(() => null) : await own.get(key);
  return rule.points <= 0 || (kept?.consumedPoints ?? 0) >= rule.points;
}

/**
 * @returns false when Redis did not answer in time, or was not even asked
 * @throws {RateLimiterRes} past the limit
 */
async function wasCounted(shared: RateLimiterRedis, key: string): Promise<boolean> {
  if (redis()?.status !== 'ready' || !breaker().admits()) return false;
  const late = new AbortController();
  try {
    const answer = shared.consume(key);
    answer.catch(() => undefined); // It may still fail when nobody waits for it any more.
    await Promise.race([answer, rejectAfter(redisLimitMs, late.signal)]);
    breaker().succeeded();
    return true;
  } catch (cause) {
    if (cause instanceof RateLimiterRes) {
      breaker().succeeded();
      throw cause;
    }
    breaker().failed();
    return false;
  } finally {
    late.abort();
  }
}

const rejectAfter = (ms: number, signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error('Redis is late.')), ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });

/** Takes back what was counted against a key; what Redis does not hear of runs out by itself. */
export async function forgive(rule: Rule, key: string): Promise<void> {
  const { shared, own } = limiterOf(rule);
  await own.delete(key);
  if (redis()?.status === 'ready') await shared?.delete(key).catch(() => undefined);
}
