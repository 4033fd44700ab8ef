import { describe, expect, it } from 'vitest';
import { chooseScrollTop, spacerHeight, windowPx, type ScrollState } from './scroll-window';

const middle = windowPx / 2;
const state: ScrollState = {
  scrollTop: middle,
  viewport: 900,
  toStart: Infinity,
  toEnd: Infinity,
  hasStart: false,
  isMoving: false,
};

describe('chooseScrollTop', () => {
  it('leaves a scroller with room on both sides alone', () => {
    expect(chooseScrollTop({ ...state, scrollTop: middle + 9_999 })).toBe(middle + 9_999);
  });

  it('goes back to the middle at rest, and not before', () => {
    expect(chooseScrollTop({ ...state, scrollTop: 100_000 })).toBe(middle);
    expect(chooseScrollTop({ ...state, scrollTop: 100_000, isMoving: true })).toBe(100_000);
  });

  it('makes room at once at the edges of the window', () => {
    expect(chooseScrollTop({ ...state, scrollTop: 10, isMoving: true })).toBe(middle);
    expect(chooseScrollTop({ ...state, scrollTop: windowPx - 900, isMoving: true })).toBe(middle);
  });

  it('stays at the lower edge when that is the end', () => {
    const atEnd = { ...state, scrollTop: windowPx - 900, toEnd: 900, isMoving: true };
    expect(chooseScrollTop(atEnd)).toBe(windowPx - 900);
  });

  it('brings the start of everything to 0 at rest, or as soon as the first row is there', () => {
    expect(chooseScrollTop({ ...state, toStart: 5_000.4 })).toBe(5_000);
    expect(chooseScrollTop({ ...state, toStart: 5_000.4, isMoving: true })).toBe(middle);
    expect(chooseScrollTop({ ...state, toStart: 300, hasStart: true, isMoving: true })).toBe(300);
  });

  it('does not rewrite what a fraction of a pixel makes different', () => {
    expect(chooseScrollTop({ ...state, scrollTop: 300.5, toStart: 300.4, hasStart: true })).toBe(300.5);
  });
});

describe('spacerHeight', () => {
  it('ends with the last row, or at the window', () => {
    expect(spacerHeight(1_000, 950.2)).toBe(1_951);
    expect(spacerHeight(1_000, Infinity)).toBe(windowPx);
  });
});
