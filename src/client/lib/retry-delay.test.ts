import { afterEach, describe, expect, it, vi } from 'vitest';
import { socketRetryMs } from '@/client/lib/retry-delay';
import { offlineRetryMs, reconnectBaseMs, reconnectMaxMs } from '@/shared/limits';

afterEach(() => void vi.unstubAllGlobals());
const network = (onLine: boolean) => vi.stubGlobal('navigator', { onLine });

/** The longest of many draws. */
const longestMs = (attempt: number) => Math.max(...Array.from({ length: 200 }, () => socketRetryMs(attempt)));

describe('a socket that failed', () => {
  it('waits longer and longer while the server is away, up to a limit', () => {
    network(true);
    expect(longestMs(0)).toBeLessThanOrEqual(reconnectBaseMs);
    expect(longestMs(3)).toBeGreaterThan(3 * reconnectBaseMs);
    expect(longestMs(50)).toBeLessThanOrEqual(reconnectMaxMs);
  });

  it('does not wait long for having failed without a network', () => {
    network(true);
    socketRetryMs(0);
    network(false);
    for (let attempt = 1; attempt < 40; attempt++) expect(socketRetryMs(attempt)).toBe(offlineRetryMs);
    network(true);
    expect(longestMs(40)).toBeLessThanOrEqual(reconnectBaseMs);
    expect(longestMs(43)).toBeGreaterThan(3 * reconnectBaseMs);
  });
});
