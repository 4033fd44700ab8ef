/** How many rows beyond the rendered ones are summed up to know how far a thread's start or end is. */
const nearRows = 1_000;

/** Pixel error below which a row's top still counts as inside the viewport. */
const hairPx = 0.5;

/**
 * One edge of a row held at a place. `at` is in px downwards, from the viewport's top for `top`, from its
 * bottom for `bottom`; for `center` from the place where the row stands in the middle (or at the top, when
 * it is taller than the viewport).
 */
export interface Pin {
  seq: number;
  edge: 'top' | 'center' | 'bottom';
  at: number;
}

/** A row and the px from the viewport's top down to the row's top. */
export interface RowTop {
  seq: number;
  top: number;
}

/** What placing needs to know; lengths in px. */
export interface Frame {
  first: number;
  last: number;
  viewport: number;
  /** Space above the first and below the last row. */
  paddingStart: number;
  paddingEnd: number;
  /** Rows rendered above and below the visible ones. */
  overscan: number;
  /** Where fewer rows than fit stand. */
  gravity: 'start' | 'end';
  /** Measured height of a row, or its estimate; at least 1. */
  heightOf: (seq: number) => number;
}

/** Where the rows stand; px from the viewport's top. Empty when `to < from`. */
export interface Placement {
  visibleFrom: number;
  visibleTo: number;
  /** Rendered rows. */
  from: number;
  to: number;
  /** Top of row `from`. */
  top: number;
  /** The row that must not move: the first whose top is in view, or the one that fills the view. */
  hold: RowTop;
  /** From the start of everything down to the viewport's top; Infinity when too far to say. */
  toStart: number;
  /** From the viewport's top down to the end of everything; Infinity when too far to say. */
  toEnd: number;
  /** Place of the viewport's edges in rows: 7.25 is a quarter into row 7. */
  startSeq: number;
  endSeq: number;
}

/**
 * Places rows around a pinned edge, then shifts them so that nothing is blank above the first or below the
 * last row. Costs a walk over the rows between the pin and the viewport, never over all rows.
 */
export function placeRows(frame: Frame, pin: Pin | 'end'): Placement {
  const { first, last, viewport, paddingStart, paddingEnd, heightOf } = frame;
  if (last < first) return placeNothing(frame);

  let start = findTopRow(frame, topOfPin(frame, pin));
  if (start.seq === first && start.top > paddingStart) start = { seq: first, top: paddingStart };
  let bottom = findBottomRow(frame, start);
  if (bottom.seq === last && bottom.top + heightOf(last) < viewport - paddingEnd) {
    start = findTopRow(frame, { seq: last, top: viewport - paddingEnd - heightOf(last) });
    if (start.seq === first && start.top > paddingStart && frame.gravity === 'start') {
      start = { seq: first, top: paddingStart };
    }
    bottom = findBottomRow(frame, start);
  }

  const from = Math.max(first, start.seq - frame.overscan);
  const to = Math.min(last, bottom.seq + frame.overscan);
  const top = start.top - sumHeights(frame, from, start.seq - 1);
  const bottomEdge = bottom.top + heightOf(bottom.seq);
  const hasStart = from - first <= nearRows;
  const hasEnd = last - to <= nearRows;
  return {
    visibleFrom: start.seq,
    visibleTo: bottom.seq,
    from,
    to,
    top,
    hold: findHold(frame, start),
    toStart: hasStart ? Math.max(0, paddingStart + sumHeights(frame, first, from - 1) - top) : Infinity,
    toEnd: hasEnd ? bottomEdge + sumHeights(frame, bottom.seq + 1, last) + paddingEnd : Infinity,
    startSeq: start.seq + clampShare(-start.top / heightOf(start.seq)),
    endSeq: bottom.seq + 1 - clampShare((bottomEdge - viewport) / heightOf(bottom.seq)),
  };
}

function topOfPin(frame: Frame, pin: Pin | 'end'): RowTop {
  const { viewport, paddingEnd, heightOf } = frame;
  if (pin === 'end') return { seq: frame.last, top: viewport - paddingEnd - heightOf(frame.last) };
  const seq = Math.min(Math.max(pin.seq, frame.first), frame.last);
  switch (pin.edge) {
    case 'top':
      return { seq, top: pin.at };
    case 'center':
      return { seq, top: Math.max(0, (viewport - heightOf(seq)) / 2) + pin.at };
    case 'bottom':
      return { seq, top: viewport + pin.at - heightOf(seq) };
  }
}

/** The row under the viewport's top edge, or the nearest one. */
function findTopRow({ first, last, heightOf }: Frame, { seq, top }: RowTop): RowTop {
  while (top > 0 && seq > first) top -= heightOf(--seq);
  while (seq < last && top + heightOf(seq) <= 0) top += heightOf(seq++);
  return { seq, top };
}

function findBottomRow({ last, viewport, heightOf }: Frame, { seq, top }: RowTop): RowTop {
  while (seq < last && top + heightOf(seq) < viewport) top += heightOf(seq++);
  return { seq, top };
}

/** A row cut by the upper edge may still change height out of sight, so the first uncut row is the better hold. */
function findHold({ last, viewport, heightOf }: Frame, start: RowTop): RowTop {
  if (start.top >= -hairPx || start.seq === last) return start;
  const next = { seq: start.seq + 1, top: start.top + heightOf(start.seq) };
  return next.top < viewport / 2 ? next : start;
}

function sumHeights({ heightOf }: Frame, from: number, to: number): number {
  let sum = 0;
  for (let seq = from; seq <= to; seq++) sum += heightOf(seq);
  return sum;
}

function clampShare(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

function placeNothing({ first, last, viewport }: Frame): Placement {
  const rows = { visibleFrom: first, visibleTo: last, from: first, to: last };
  const hold = { seq: first, top: 0 };
  return { ...rows, hold, top: 0, toStart: 0, toEnd: viewport, startSeq: first, endSeq: first };
}
