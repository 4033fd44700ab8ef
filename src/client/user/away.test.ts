import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Away } from '@/client/user/away';
import { awayAfterHiddenMs, awayAfterIdleMs } from '@/shared/limits';

vi.mock('@/client/trpc', () => ({ trpc: () => ({}) }));
vi.mock('@/client/user/use-me', () => ({ isSomebody: () => true, isMe: () => false }));

let page: EventTarget;
let view: EventTarget & { visibilityState: 'visible' | 'hidden' };
let said: boolean[];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  view = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', view);
  said = [];
  stop = new Away((isAway) => void said.push(isAway)).watch();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const show = (state: 'visible' | 'hidden') => {
  view.visibilityState = state;
  view.dispatchEvent(new Event('visibilitychange'));
};

it('is said after five minutes without a touch, twice, and taken back by the first one', () => {
  vi.advanceTimersByTime(awayAfterIdleMs - 1_000);
  page.dispatchEvent(new Event('keydown'));
  vi.advanceTimersByTime(awayAfterIdleMs - 1);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([true, true]);
  page.dispatchEvent(new Event('pointermove'));
  expect(said).toEqual([true, true, false]);
});

it('is said of a page that is out of view for a minute, and taken back when it is in view', () => {
  show('hidden');
  vi.advanceTimersByTime(awayAfterHiddenMs - 1);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual([true]);
  show('visible');
  expect(said).toEqual([true, false]);
  vi.advanceTimersByTime(awayAfterHiddenMs * 2);
  expect(said.at(-1)).toBe(false);
});
