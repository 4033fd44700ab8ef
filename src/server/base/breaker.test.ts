import { describe, expect, it } from 'vitest';
import { Breaker } from './breaker';

function makeBreaker() {
  const clock = { ms: 0 };
  const changes: boolean[] = [];
  const breaker = new Breaker(
    { failures: 3, openMs: 1_000, onChange: (isOpen) => changes.push(isOpen) },
    () => clock.ms,
  );
  return { breaker, clock, changes };
}

describe('a breaker', () => {
  it('opens after so many failures in a row, and not when one in between succeeds', () => {
    const { breaker, changes } = makeBreaker();
    breaker.failed();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    breaker.failed();
    expect([breaker.admits(), changes]).toEqual([true, []]);
    breaker.failed();
    expect([breaker.admits(), breaker.isOpen, changes]).toEqual([false, true, [true]]);
  });

  it('lets one call try when its time is over, and closes when that succeeds', () => {
    const { breaker, clock, changes } = makeBreaker();
    for (let i = 0; i < 3; i++) breaker.failed();
    clock.ms = 999;
    expect(breaker.admits()).toBe(false);
    clock.ms = 1_000;
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    breaker.failed();
    clock.ms = 1_999;
    expect(breaker.admits()).toBe(false);
    clock.ms = 2_000;
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits(), changes]).toEqual([true, true, [true, false]]);
  });
});
