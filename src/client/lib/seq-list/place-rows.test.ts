import { describe, expect, it } from 'vitest';
import { placeRows, type Frame } from './place-rows';

const frame: Frame = {
  first: 1,
  last: 10_000_000,
  viewport: 900,
  paddingStart: 0,
  paddingEnd: 0,
  overscan: 8,
  gravity: 'end',
  heightOf: () => 50,
};

describe('placeRows', () => {
  it('puts a pinned row where it was asked to stand', () => {
    const placed = placeRows(frame, { seq: 5_000_000, edge: 'top', at: 0 });
    expect(placed).toMatchObject({
      visibleFrom: 5_000_000,
      visibleTo: 5_000_017,
      from: 4_999_992,
      to: 5_000_025,
    });
    expect(placed).toMatchObject({
      top: -400,
      hold: { seq: 5_000_000, top: 0 },
      toStart: Infinity,
      toEnd: Infinity,
    });
    expect(placeRows(frame, { seq: 500, edge: 'center', at: 0 }).startSeq).toBe(500 - 8.5);
    expect(placeRows(frame, { seq: 500, edge: 'bottom', at: 0 }).endSeq).toBe(501);
  });

  it('shows a centred row from its top when it is taller than the view', () => {
    const tall = { ...frame, heightOf: (seq: number) => (seq === 500 ? 2_000 : 50) };
    expect(placeRows(tall, { seq: 500, edge: 'center', at: 0 }).startSeq).toBe(500);
  });

  it('ends with the last row at the bottom, whatever was asked', () => {
    for (const pin of [
      'end',
      { seq: 10_000_000, edge: 'top', at: 0 },
      { seq: 20e6, edge: 'top', at: 0 },
    ] as const) {
      expect(placeRows(frame, pin)).toMatchObject({ visibleTo: 10_000_000, toEnd: 900, endSeq: 10_000_001 });
    }
  });

  it('starts with the first row at the top, whatever was asked', () => {
    for (const pin of [
      { seq: 1, edge: 'bottom', at: 0 },
      { seq: -5, edge: 'top', at: 0 },
      { seq: 3, edge: 'top', at: 600 },
    ] as const) {
      expect(placeRows(frame, pin)).toMatchObject({ from: 1, top: 0, toStart: 0, startSeq: 1 });
    }
  });

  it('keeps the paddings free above the first and below the last row', () => {
    const padded = { ...frame, paddingStart: 20, paddingEnd: 30 };
    expect(placeRows(padded, { seq: 1, edge: 'top', at: 20 })).toMatchObject({ top: 20, toStart: 0 });
    expect(placeRows(padded, 'end')).toMatchObject({ toEnd: 900, visibleTo: 10_000_000 });
    expect(placeRows(padded, { seq: 3, edge: 'top', at: 0 }).toStart).toBe(120);
  });

  it('stands a few rows at the side of gravity', () => {
    const few = { ...frame, last: 3 };
    expect(placeRows(few, 'end')).toMatchObject({ from: 1, to: 3, top: 750, toStart: 0, toEnd: 900 });
    expect(placeRows({ ...few, gravity: 'start' }, 'end')).toMatchObject({ from: 1, to: 3, top: 0 });
  });

  it('holds the first row whose top is in view, or the one that fills the view', () => {
    expect(placeRows(frame, { seq: 500, edge: 'top', at: -10 }).hold).toEqual({ seq: 501, top: 40 });
    const tall = { ...frame, heightOf: () => 1_000 };
    expect(placeRows(tall, { seq: 500, edge: 'top', at: -10 }).hold).toEqual({ seq: 500, top: -10 });
  });

  it('gives an empty range for no rows', () => {
    const { from, to } = placeRows({ ...frame, first: 1, last: 0 }, 'end');
    expect(to).toBeLessThan(from);
  });
});
