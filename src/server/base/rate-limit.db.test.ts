import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { env } from '@/server/base/env';
import { isAppError } from '@/server/base/errors';
import { consume } from '@/server/base/rate-limit';
import { instances, redis } from '@/server/base/redis';
import { redisProgram, startRedis, type TestRedis } from '@/server/testing/redis';
import { eventually, pause } from '@/server/testing/server';

let server: TestRedis;
beforeAll(async () => {
  if (!redisProgram) return;
  server = await startRedis();
  Object.assign(env(), { REDIS_URL: server.url });
  redis();
  await eventually(() => redis()?.status === 'ready');
});
afterAll(async () => {
  redis()?.disconnect();
  await server?.stop();
});

const rule = { name: 'test', points: 6, perSeconds: 3_600 };
/** How many of so many calls pass, and how long the longest took. */
async function passing(key: string, calls: number): Promise<{ passed: number; longestMs: number }> {
  let [passed, longestMs] = [0, 0];
  for (let i = 0; i < calls; i++) {
    const since = performance.now();
    await consume(rule, key).then(
      () => passed++,
      (cause: unknown) => {
        if (!isAppError(cause) || cause.code !== 'TOO_MANY_REQUESTS') throw cause;
        expect(cause.retryAfterMs).toBeGreaterThan(0);
      },
    );
    longestMs = Math.max(longestMs, performance.now() - since);
  }
  return { passed, longestMs };
}

/** On a busy machine Redis may answer too late, and each process counts alone for a while. */
async function untilPassed(expected: number, work: (key: string) => ReturnType<typeof passing>) {
  let { passed } = await work('turn 0');
  for (let turn = 1; passed !== expected && turn < 50; turn++) {
    await pause(100);
    ({ passed } = await work(`turn ${turn} of ${expected}`));
  }
  expect(passed).toBe(expected);
}

describe.skipIf(!redisProgram)('a limit over Redis', () => {
  it('is counted in common, with what other processes have counted', async () => {
    await untilPassed(2, async (key) => {
      await redis()?.set(`foyer:limit:test:${key}`, 4, 'EX', 100);
      return passing(key, 5);
    });
  });

  it('S104: is this process’s share while Redis is frozen or gone, without keeping anybody waiting', async () => {
    instances().count = 3;
    server.freeze();
    const frozen = await passing('frozen', 6);
    server.thaw();
    expect(frozen.passed).toBe(2);
    // The first call found out, at a cost of at most 100 ms; a busy machine adds its own.
    expect(frozen.longestMs).toBeLessThan(5_000);
    await server.kill();
    expect((await passing('gone', 6)).passed).toBe(2);
    await server.start();
    await eventually(() => redis()?.status === 'ready');
    await untilPassed(6, (key) => passing(key, 8));
  });
});
