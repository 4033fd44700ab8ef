import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisBus } from '@/server/realtime/redis-bus';
import { collectSpans } from '@/server/testing/collector';
import { newId } from '@/server/testing/factories';
import { redisProgram, startRedis, type TestRedis } from '@/server/testing/redis';
import { eventually } from '@/server/testing/server';

let redis: TestRedis;
beforeAll(async () => {
  if (redisProgram) redis = await startRedis();
});
afterAll(() => redis?.stop());

describe.skipIf(!redisProgram)('spans of the bus over Redis', () => {
  it('tell that something was published and received, and not where or what', async () => {
    const [near, far] = [0, 1].map(() => new RedisBus(redis.url, () => undefined));
    if (!near || !far) throw new Error('A link has two ends.');
    const end = await collectSpans();
    try {
      const threadId = newId();
      let [isJoined, isHeard] = [false, false];
      far.onJoined(() => (isJoined = true));
      far.subscribe(`thread:${threadId}`, () => (isHeard = true));
      await eventually(() => isJoined && near.stand().isUp);
      near.publish(`thread:${threadId}`, { type: 'changed', rev: 1, aclRev: 0 });
      await eventually(() => isHeard && near.counts.published === 1);
      const sent = await end();
      for (const name of ['bus publish', 'bus receive']) expect(sent).toContain(`"name":"${name}"`);
      expect(sent).toContain('"changed"');
      expect(sent).not.toContain(threadId);
    } finally {
      await Promise.all([near.close(), far.close()]);
    }
  });
});
