/**
 * Height of the native scroller in px, about 19,000 rows of 56 px. Browsers would take 18 million, but the
 * compositor keeps offsets as 32-bit floats: here they are still exact to 1/16 px.
 */
export const windowPx = 2 ** 20;

const middlePx = windowPx / 2;

/** Where the native scroller stands and what surrounds it; px. */
export interface ScrollState {
  scrollTop: number;
  viewport: number;
  /** See Placement. */
  toStart: number;
  toEnd: number;
  /** Whether the first row of all is in the DOM, so that `toStart` is measured. */
  hasStart: boolean;
  /** Whether a person's scrolling is under way: writing scrollTop then may cut it short. */
  isMoving: boolean;
}

/**
 * The scrollTop at which the same rows should stand at the same place of the viewport; equal to the present
 * one when nothing needs to be done. The start of everything must come to lie at 0, because a scroller cannot
 * go below; elsewhere there should be room on both sides.
 */
export function chooseScrollTop(state: ScrollState): number {
  const { scrollTop, viewport, toStart, toEnd, hasStart, isMoving } = state;
  const best = toStart <= middlePx ? Math.round(toStart) : middlePx;
  if (isMoving) {
    const isStuckAbove = scrollTop < viewport && toStart > scrollTop;
    const isStuckBelow = scrollTop > windowPx - 2 * viewport && toEnd > windowPx - scrollTop;
    if (!hasStart && !isStuckAbove && !isStuckBelow) return scrollTop;
  } else if (toStart > middlePx && Math.abs(scrollTop - middlePx) < middlePx / 2) {
    return scrollTop;
  }
  return Math.abs(best - scrollTop) < 1 ? scrollTop : best;
}

/** Height in px that the scroller's content must have, so that it ends where the last row ends. */
export function spacerHeight(scrollTop: number, toEnd: number): number {
  return Math.min(windowPx, Math.ceil(scrollTop + toEnd));
}
