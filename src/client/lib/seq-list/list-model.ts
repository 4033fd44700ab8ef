import { HeightCache } from './height-cache';
import { placeRows, type Frame, type Pin, type Placement, type RowTop } from './place-rows';

export type Align = 'start' | 'center' | 'end';

/** A row to go to; `offset` moves it down from its aligned place, px. */
export interface SeqTarget {
  seq: number;
  align?: Align;
  offset?: number;
}

/** What the caller decides about the list; lengths in px. */
export interface ListShape extends Omit<Frame, 'viewport' | 'heightOf'> {
  estimateHeight: (seq: number) => number;
  /** The end counts as reached when it is at most this far below the viewport. */
  endThreshold: number;
}

const measuredRows = 20_000;
/** Rows beyond the edges of a view that nothing is left of after the next step. */
const leapOverscan = 2;

/**
 * Which row stands where, without a DOM. Every change first says what must not move (the pin) and then places
 * all rows around it, so a wrong estimate can only show outside the viewport.
 */
export class ListModel {
  placement: Placement;
  viewport = 0;
  private readonly heights = new HeightCache(measuredRows);
  private pin: Pin | 'end';
  /** A jump's target stays the pin until a person scrolls, even where rows above it are in view. */
  private isJump = true;
  /** The last scrolling went up: whoever leaves the end must not be pulled back by its threshold. */
  private isLeaving = false;
  private isLeap = false;

  constructor(
    private shape: ListShape,
    target: SeqTarget | 'end',
  ) {
    this.pin = pinOfTarget(target);
    this.placement = placeRows(this.frame(), this.pin);
  }

  get first(): number {
    return this.shape.first;
  }

  get last(): number {
    return this.shape.last;
  }

  /** The row that is being held and the px from the viewport's top to its top. */
  get hold(): RowTop {
    return this.placement.hold;
  }

  get isAtEnd(): boolean {
    if (this.viewport === 0) return this.pin === 'end';
    const slack = this.isLeaving ? 1 : this.shape.endThreshold;
    return this.placement.toEnd - this.viewport <= slack;
  }

  /** Takes new bounds or settings. Rows added below are followed when the end is in view. */
  setShape(shape: ListShape): void {
    if (shape.last > this.shape.last && this.isAtEnd) this.pin = 'end';
    this.shape = shape;
    this.place();
  }

  setViewport(px: number): void {
    this.followEnd();
    this.viewport = px;
    this.place();
  }

  /** Takes measured heights in px; gives whether any was news. */
  setHeights(measured: Iterable<readonly [seq: number, px: number]>): boolean {
    const news = [...measured].filter(([seq, px]) => Math.abs(this.heightOf(seq) - px) > 0.01);
    this.followEnd();
    for (const [seq, px] of news) this.heights.set(seq, px);
    if (news.length > 0) this.place();
    return news.length > 0;
  }

  /**
   * To be called when what is placed is measured and about to be seen. From now on the rows in view are held,
   * after a jump its target: a centred row keeps its top, whatever it grows to.
   */
  settle(): void {
    if (this.pin === 'end') return;
    if (this.isJump && this.pin.edge !== 'center') return;
    const { seq } = this.isJump ? this.pin : this.hold;
    this.pin = { seq, edge: 'top', at: this.topOf(seq) };
  }

  jump(target: SeqTarget | 'end'): void {
    this.isJump = true;
    this.isLeaving = this.isLeap = false;
    this.pin = pinOfTarget(target);
    // A target beyond the bounds means today's first or last row, even when bounds grow later.
    if (this.pin !== 'end' && this.first <= this.last) {
      this.pin.seq = Math.min(Math.max(this.pin.seq, this.first), this.last);
    }
    this.place();
  }

  jumpToStart(): void {
    this.jump({ seq: this.shape.first, offset: this.shape.paddingStart });
  }

  /**
   * Moves the view down by px (up when negative), as a person's scrolling does. A leap leaves nothing of
   * the view before, and may go on: until `rest` hardly any rows around it are drawn.
   */
  scrollBy(px: number, isLeap = false): void {
    // Until settled, rows that have just come into view are only guessed: the row held before is the truth.
    const { seq } = this.isJump || this.pin === 'end' ? this.hold : this.pin;
    this.pin = { seq, edge: 'top', at: this.topOf(seq) - px };
    this.isJump = false;
    this.isLeaving = px < 0;
    this.isLeap = isLeap;
    this.place();
  }

  /** To be called when scrolling has come to rest. */
  rest(): void {
    if (!this.isLeap) return;
    this.isLeap = false;
    this.place();
  }

  /** Px from the viewport's top to the top of a row; costs a walk over the rows between. */
  topOf(seq: number): number {
    let { from, top } = this.placement;
    while (from < seq) top += this.heightOf(from++);
    while (from > seq) top -= this.heightOf(--from);
    return top;
  }

  heightOf = (seq: number): number => Math.max(1, this.heights.get(seq) ?? this.shape.estimateHeight(seq));

  private followEnd(): void {
    if (this.isAtEnd && !this.isJump) this.pin = 'end';
  }

  private place(): void {
    this.placement = placeRows(this.frame(), this.pin);
  }

  private frame(): Frame {
    const { viewport, heightOf, isLeap } = this;
    const overscan = isLeap ? Math.min(leapOverscan, this.shape.overscan) : this.shape.overscan;
    return { ...this.shape, overscan, viewport, heightOf };
  }
}

function pinOfTarget(target: SeqTarget | 'end'): Pin | 'end' {
  if (target === 'end') return 'end';
  const { seq, align = 'start', offset = 0 } = target;
  const edge = align === 'start' ? 'top' : align === 'end' ? 'bottom' : 'center';
  return { seq, edge, at: offset };
}
