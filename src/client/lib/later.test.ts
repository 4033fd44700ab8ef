import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Later } from '@/client/lib/later';
import { reconnectMaxMs } from '@/shared/limits';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Code that the first so many tries do not bring. */
function codeAfter(failures: number) {
  const fetchCode = vi.fn<() => Promise<string>>(async () => {
    if (fetchCode.mock.calls.length <= failures) throw new Error('The network is away.');
    return 'code';
  });
  return { later: new Later(fetchCode), fetchCode };
}

describe('code that is fetched later', () => {
  it('is fetched again and again while somebody waits for it', async () => {
    const { later, fetchCode } = codeAfter(3);
    const drawn = vi.fn();
    later.subscribe(drawn);
    later.wait();
    await vi.advanceTimersByTimeAsync(3 * reconnectMaxMs);
    expect(fetchCode).toHaveBeenCalledTimes(4);
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(later.get()).toBe('code');
  });

  it('is tried for all who wait together', async () => {
    const { later, fetchCode } = codeAfter(1);
    for (let i = 0; i < 10; i++) later.wait();
    await vi.advanceTimersByTimeAsync(reconnectMaxMs);
    expect(fetchCode).toHaveBeenCalledTimes(2);
  });

  it('is not tried any more when the last who waited has gone', async () => {
    const { later, fetchCode } = codeAfter(Number.POSITIVE_INFINITY);
    const [first, second] = [later.wait(), later.wait()];
    first();
    await vi.advanceTimersByTimeAsync(reconnectMaxMs);
    const triesWhileWaiting = fetchCode.mock.calls.length;
    expect(triesWhileWaiting).toBeGreaterThan(1);
    second();
    await vi.advanceTimersByTimeAsync(10 * reconnectMaxMs);
    expect(fetchCode).toHaveBeenCalledTimes(triesWhileWaiting);
  });

  it('comes with the next wish where nobody waits', async () => {
    const { later } = codeAfter(1);
    await expect(later.load()).rejects.toThrow('The network is away.');
    expect(later.get()).toBeNull();
    await expect(later.load()).resolves.toBe('code');
  });
});
