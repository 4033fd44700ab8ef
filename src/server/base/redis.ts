import { Redis } from 'ioredis';
import { env } from '@/server/base/env';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { Outage } from '@/server/base/outage';
import { redisCommandMs, redisConnectMs, redisRetryMaxMs } from '@/shared/limits';

/**
 * A connection that never keeps a caller waiting: without a link a command fails at once instead of
 * standing in a queue, and one that gets no answer fails after `commandMs`.
 * @param name what the connection is for, as Redis lists it
 */
export function connectRedis(url: string, name: string, commandMs: number): Redis {
  const redis = new Redis(url, {
    connectionName: `foyer-${name}`,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandMs,
    connectTimeout: redisConnectMs,
    retryStrategy: (attempt) => Math.min(redisRetryMaxMs, 50 * 2 ** Math.min(attempt, 6)),
  });
  // Each failed attempt says so again: one line is enough.
  const outage = new Outage({
    onBegin: (cause) => log().warn({ err: cause, name }, 'redis is away'),
    onOver: () => log().warn({ name }, 'redis is back'),
  });
  redis.on('error', (cause) => outage.begin(cause));
  redis.on('ready', () => {
    log().debug({ name }, 'redis is connected');
    outage.end();
  });
  return redis;
}

/** The connection for commands of this process; null when it runs without Redis. */
export const redis = (): Redis | null =>
  once('redis', () => {
    const { REDIS_URL } = env();
    return REDIS_URL ? connectRedis(REDIS_URL, 'commands', redisCommandMs) : null;
  });

/** How many processes serve together, as far as this one knows. */
export const instances = () => once('instances', () => ({ count: 1 }));
