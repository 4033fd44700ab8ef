import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { logTo } from '@/server/base/log';
import { metrics } from '@/server/base/metrics';

const failures = async () => (await metrics().logFailures.get()).values[0]?.value ?? 0;

describe('the log', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'F22: ends nothing when its disk is full, and counts that',
    async () => {
      const before = await failures();
      const full = logTo('/dev/full', 'warn');
      for (let i = 0; i < 3; i++) full.warn('nobody reads this');
      await expect.poll(async () => (await failures()) - before).toBeGreaterThanOrEqual(3);
    },
  );

  it('writes one line of JSON for each event, without secrets', async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'foyer-log-'));
    try {
      const file = path.join(dir, 'log');
      logTo(file, 'warn').warn({ secret: 'x1', viewer: { cookie: 'x2' }, room: 'r' }, 'two\nlines');
      await expect.poll(() => readFileSync(file, 'utf8').trim().split('\n').length).toBe(1);
      await expect.poll(() => readFileSync(file, 'utf8')).toContain('"room":"r"');
      expect(readFileSync(file, 'utf8')).not.toMatch(/x1|x2/);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
