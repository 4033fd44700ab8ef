import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeWaiter, patiently } from '@/server/realtime/waiter';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a stream that waits', () => {
  it('loses no wake that came while it was busy', async () => {
    const waiter = makeWaiter(new AbortController().signal);
    waiter.wake();
    await expect(waiter.wait(10_000)).resolves.toBe(true);
    const waiting = waiter.wait(10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(waiting).resolves.toBe(false);
  });

  it('F19: tries again when it meant to, though the clock was set back by ten minutes meanwhile', async () => {
    const { signal } = new AbortController();
    const tries = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue('back');
    const answer = patiently(makeWaiter(signal), { signal, isTransient: () => true }, tries);
    await vi.advanceTimersByTimeAsync(100);
    vi.setSystemTime(Date.now() - 600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(answer).resolves.toBe('back');
  });

  it('ends with its reader', async () => {
    const reader = new AbortController();
    const away = () => Promise.reject(new Error('away'));
    const answer = patiently(
      makeWaiter(reader.signal),
      { signal: reader.signal, isTransient: () => true },
      away,
    );
    await vi.advanceTimersByTimeAsync(100);
    reader.abort();
    await expect(answer).resolves.toBeNull();
  });
});
