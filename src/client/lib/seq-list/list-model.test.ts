import { describe, expect, it } from 'vitest';
import { ListModel, type ListShape, type SeqTarget } from './list-model';

const shape: ListShape = {
  first: 1,
  last: 10_000_000,
  overscan: 8,
  paddingStart: 0,
  paddingEnd: 0,
  gravity: 'end',
  endThreshold: 8,
  estimateHeight: () => 56,
};

function open(target: SeqTarget | 'end', changes: Partial<ListShape> = {}): ListModel {
  const model = new ListModel({ ...shape, ...changes }, target);
  model.setViewport(900);
  return model;
}

/** Heights for all rendered rows, as a measuring would give. */
function measure(model: ListModel, heightOf: (seq: number) => number): void {
  const { from, to } = model.placement;
  model.setHeights(Array.from({ length: to - from + 1 }, (_, i) => [from + i, heightOf(from + i)] as const));
}

/** A small deterministic source of numbers in [0, 1). */
function makeRandom(seed: number): () => number {
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe('a list model', () => {
  it('keeps the held row where it is through measuring, growing, prepending, appending and resizing', () => {
    const random = makeRandom(7);
    const model = open({ seq: 5_000_000 });
    let bounds = { first: 4_999_000, last: 5_001_000 };
    model.setShape({ ...shape, ...bounds });
    for (let round = 0; round < 5_000; round++) {
      if (round % 10 === 0) model.scrollBy((random() - 0.5) * 2_000);
      model.settle();
      const { seq, top } = model.hold;
      switch (Math.floor(random() * 4)) {
        case 0:
          measure(model, () => 20 + random() * 300);
          break;
        case 1:
          bounds = { ...bounds, first: bounds.first - 50 };
          break;
        case 2:
          if (!model.isAtEnd) bounds = { ...bounds, last: bounds.last + 50 };
          break;
        default:
          model.setViewport(600 + Math.floor(random() * 600));
      }
      model.setShape({ ...shape, ...bounds });
      const { toStart, toEnd } = model.placement;
      const isAtEdge = toStart < 1 || toEnd <= model.viewport + 1;
      if (!isAtEdge) expect(Math.abs(model.topOf(seq) - top)).toBeLessThan(1e-6);
    }
  });

  it('follows new rows and growing rows at the end', () => {
    const model = open('end');
    model.setShape({ ...shape, last: shape.last + 1 });
    measure(model, () => 200);
    expect(model.placement).toMatchObject({ visibleTo: shape.last + 1, toEnd: 900 });
    expect(model.isAtEnd).toBe(true);
  });

  it('does not follow once the person has scrolled up, however little', () => {
    const model = open('end');
    model.scrollBy(-3);
    expect(model.isAtEnd).toBe(false);
    const { seq, top } = model.hold;
    model.setShape({ ...shape, last: shape.last + 1 });
    expect(model.topOf(seq)).toBe(top);
  });

  it('counts as at the end again when scrolled down to within the threshold', () => {
    const model = open('end');
    model.scrollBy(-50);
    model.scrollBy(45);
    expect(model.isAtEnd).toBe(true);
    model.setShape({ ...shape, last: shape.last + 1 });
    expect(model.placement.toEnd).toBe(900);
  });

  it('keeps a centred row at the top it was first shown at', () => {
    const model = open({ seq: 500, align: 'center' });
    measure(model, () => 100);
    model.settle();
    expect(model.topOf(500)).toBe(400);
    measure(model, (seq) => (seq === 500 ? 300 : 140));
    expect(model.topOf(500)).toBe(400);
  });

  it('stays on the target of a jump near the end while skeletons become taller', () => {
    const model = open({ seq: shape.last - 3 });
    expect(model.placement.toEnd).toBe(900);
    measure(model, () => 400);
    expect(model.topOf(shape.last - 3)).toBe(0);
  });

  it('keeps to the row it jumped to when rows are prepended at the very top', () => {
    const model = open('end', { first: 100 });
    model.jump({ seq: 1 });
    model.setShape({ ...shape, first: 50 });
    expect(model.topOf(100)).toBe(0);
  });

  it('keeps the rows that were in view when scrolling up shows rows of other heights than estimated', () => {
    const model = open({ seq: 5_000 });
    measure(model, () => 100);
    model.settle();
    model.scrollBy(-700);
    measure(model, (seq) => (seq < 4_992 ? 250 : 100));
    model.settle();
    expect(model.topOf(5_000)).toBe(700);
  });

  it('draws hardly more than the view while it leaps, and the rows around it at rest', () => {
    const model = open({ seq: 5_000 });
    const around = () => {
      const { from, visibleFrom, visibleTo, to } = model.placement;
      return [visibleFrom - from, to - visibleTo];
    };
    model.scrollBy(2_000, true);
    expect(around()).toEqual([2, 2]);
    const top = model.topOf(5_000);
    model.rest();
    expect(around()).toEqual([8, 8]);
    expect(model.topOf(5_000)).toBe(top);
    model.scrollBy(2_000);
    expect(around()).toEqual([8, 8]);
  });

  it('gives an anchor that restores the view', () => {
    const model = open({ seq: 5_000 });
    model.scrollBy(333);
    const { seq, top } = model.hold;
    model.jump('end');
    model.jump({ seq, offset: top });
    expect(model.topOf(5_000)).toBe(-333);
  });

  it('reports no news when the same heights are measured again', () => {
    const model = open('end');
    expect(model.setHeights([[shape.last, 80]])).toBe(true);
    expect(model.setHeights([[shape.last, 80.001]])).toBe(false);
  });
});
