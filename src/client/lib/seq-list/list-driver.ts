import { ListModel, type ListShape, type SeqTarget } from './list-model';
import { seqOfShare, type ThumbInput } from './thumb';
import { chooseScrollTop, spacerHeight } from './scroll-window';
import { RowMeter } from './row-meter';

/** Rows that React renders. */
export interface RowRange {
  from: number;
  to: number;
}

/** The three elements of the list: what scrolls, what gives it its height, what carries the rows. */
export interface ListElements {
  scroller: HTMLElement;
  spacer: HTMLElement;
  content: HTMLElement;
}

/** What the list tells its caller; all in seq. */
export interface ListEvents {
  onRangeChange?: ((visibleFrom: number, visibleTo: number, from: number, to: number) => void) | undefined;
  onAtEndChange?: ((isAtEnd: boolean) => void) | undefined;
  onRest?: (() => void) | undefined;
}

const restMs = 120;
/** Of the old view that stays in view after Page Down, px. */
const pageOverlapPx = 40;

/**
 * Binds a ListModel to a scroller. Content is moved under a scrollTop that is left alone while a person
 * scrolls, so corrections cost no momentum; scrollTop is only rewritten at rest or at the window's edges.
 * React subscribes to the rendered range and calls `commit` after each render.
 */
export class ListDriver {
  readonly model: ListModel;
  events: ListEvents = {};
  isMoving = false;
  private range: RowRange;
  private committed: RowRange | null = null;
  private elements: ListElements | null = null;
  private scrollTop = 0;
  private spacerPx = 0;
  private isTouched = false;
  /** Whether scrollTop is ours: what it was before the first drawing, the browser may have clamped. */
  private isPlaced = false;
  private hasLostFocus = false;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private told = { range: '', isAtEnd: false };
  private readonly subscribers = new Set<() => void>();
  private readonly drawListeners = new Set<() => void>();
  private readonly meter = new RowMeter(() => {
    if (this.takeSizes()) this.refresh();
  });

  constructor(shape: ListShape, target: SeqTarget | 'end', initialRows: number) {
    this.model = new ListModel(shape, target);
    this.range = firstRange(shape, target, initialRows);
  }

  /** For useSyncExternalStore, whose updates React renders before the next paint. */
  subscribe = (listener: () => void): (() => void) => {
    this.subscribers.add(listener);
    return () => this.subscribers.delete(listener);
  };

  getRange = (): RowRange => this.range;

  /** Calls back after each drawing, when placement and isMoving may have changed; gives the way to stop. */
  onDraw(listener: () => void): () => void {
    this.drawListeners.add(listener);
    return () => this.drawListeners.delete(listener);
  }

  /** For the ref of each row's element. */
  registerRow = (seq: number, element: HTMLElement): (() => void) => {
    const unregister = this.meter.register(seq, element);
    return () => {
      unregister();
      this.hasLostFocus ||= element.contains(document.activeElement);
    };
  };

  /** Takes over the elements; gives the way to let go of them. */
  attach(elements: ListElements): () => void {
    const { scroller, content } = elements;
    this.elements = elements;
    this.committed = null;
    this.spacerPx = 0;
    this.scrollTop = scroller.scrollTop;
    this.isPlaced = false;
    const stop = new AbortController();
    const options = { passive: true, signal: stop.signal };
    scroller.addEventListener('scroll', this.handleScroll, options);
    scroller.addEventListener('touchstart', this.handleTouch, options);
    this.meter.attach(scroller, content);
    return () => {
      stop.abort();
      this.meter.detach();
      clearTimeout(this.restTimer);
      this.isMoving = false;
      this.elements = null;
    };
  }

  setShape(shape: ListShape): void {
    this.model.setShape(shape);
  }

  /** To be called in a layout effect after each render of the rows: measures and corrects before the paint. */
  commit(): void {
    this.committed = this.range;
    if (!this.elements) return;
    this.keepFocus(this.elements.scroller);
    this.takeSizes();
    this.refresh();
  }

  jump(target: SeqTarget | 'end'): void {
    this.model.jump(target);
    this.refresh();
  }

  jumpToStart(): void {
    this.model.jumpToStart();
    this.refresh();
  }

  scrollBy(px: number): void {
    this.model.scrollBy(px);
    this.refresh();
  }

  scrollByPages(pages: number): void {
    this.scrollBy(pages * Math.max(this.model.viewport - pageOverlapPx, pageOverlapPx));
  }

  /** Goes to a share (0..1) of the scrollbar's way. */
  scrollToShare(share: number): void {
    if (share <= 0) return this.jumpToStart();
    if (share >= 1) return this.jump('end');
    const place = seqOfShare(share, this.thumbInput(0, 0));
    const seq = Math.min(Math.floor(place), this.model.last);
    this.model.jump({ seq, offset: -(place - seq) * this.model.heightOf(seq) });
    // The row cut by the upper edge is a guess; what must stay are the rows in view.
    this.scrollBy(0);
  }

  thumbInput(track: number, minThumb: number): ThumbInput {
    const { first, last, placement } = this.model;
    return { first, last, startSeq: placement.startSeq, endSeq: placement.endSeq, track, minThumb };
  }

  /** A focused row that scrolls out of the DOM hands its focus to the list, or keys would go nowhere. */
  private keepFocus(scroller: HTMLElement): void {
    if (this.hasLostFocus && document.activeElement === document.body)
      scroller.focus({ preventScroll: true });
    this.hasLostFocus = false;
  }

  private takeSizes(): boolean {
    const sizes = this.meter.measure();
    if (!sizes) return false;
    const isResized = sizes.viewport !== this.model.viewport;
    if (isResized) {
      this.model.setViewport(sizes.viewport);
      this.followClamp(sizes.viewport);
    }
    return this.model.setHeights(sizes.rows) || isResized;
  }

  /** A view that grows at the window's lower edge pushes scrollTop back: nobody has scrolled. */
  private followClamp(viewport: number): void {
    const top = this.elements?.scroller.scrollTop ?? 0;
    if (top < this.scrollTop && this.scrollTop > this.spacerPx - viewport - 1) this.scrollTop = top;
  }

  private handleScroll = (): void => {
    if (!this.elements) return;
    // The scroll event of a resize may come before the resize is measured.
    if (this.elements.scroller.clientHeight !== Math.round(this.model.viewport) && this.takeSizes())
      this.refresh();
    // Rubber-banding goes beyond both ends; that is not scrolling.
    const most = Math.max(0, this.spacerPx - this.model.viewport);
    const top = Math.min(Math.max(this.elements.scroller.scrollTop, 0), most + 1);
    const px = top - this.scrollTop;
    if (Math.abs(px) < 0.01) return;
    this.scrollTop = top;
    this.isMoving = true;
    this.restSoon();
    this.model.scrollBy(px, Math.abs(px) > this.model.viewport);
    this.refresh();
  };

  private handleTouch = ({ target }: TouchEvent): void => {
    this.isTouched = true;
    const release = () => {
      this.isTouched = false;
      this.restSoon();
    };
    // On the target itself: when its row leaves the list meanwhile, the event does not bubble up to us.
    for (const type of ['touchend', 'touchcancel']) target?.addEventListener(type, release, { once: true });
  };

  private restSoon(): void {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), restMs);
  }

  private rest(): void {
    if (!this.isMoving || this.isTouched) return;
    clearTimeout(this.restTimer);
    this.isMoving = false;
    this.model.rest();
    this.refresh();
    this.events.onRest?.();
  }

  /** Has React render the rows that are wanted, or draws at once when they are there. */
  private refresh(): void {
    const { from, to } = this.model.placement;
    if (!this.elements || this.model.viewport === 0) return;
    if (from !== this.range.from || to !== this.range.to) {
      this.range = { from, to };
      for (const notify of this.subscribers) notify();
    } else if (this.committed === this.range) {
      this.draw(this.elements);
    }
  }

  private draw({ scroller, spacer, content }: ListElements): void {
    const { placement, viewport, first } = this.model;
    const { toStart, toEnd, from, top } = placement;
    const { scrollTop: oldTop, isMoving } = this;
    const hasStart = from === first;
    const newTop = chooseScrollTop({ scrollTop: oldTop, viewport, toStart, toEnd, hasStart, isMoving });
    // What was scrolled since the last event must survive the write, and a shorter spacer must not clamp it.
    const pending = newTop === oldTop || !this.isPlaced ? 0 : scroller.scrollTop - oldTop;
    const spacerPx = spacerHeight(newTop, toEnd);
    if (spacerPx !== this.spacerPx) spacer.style.height = `${spacerPx}px`;
    this.spacerPx = spacerPx;
    if (newTop !== oldTop || !this.isPlaced) {
      scroller.scrollTop = newTop + pending;
      this.scrollTop = scroller.scrollTop - pending;
      this.isPlaced = true;
    }
    content.style.top = `${this.scrollTop + top}px`;
    this.model.settle();
    this.meter.forgetOwnChanges();
    for (const listener of this.drawListeners) listener();
    this.tell();
  }

  private tell(): void {
    const { isAtEnd, placement } = this.model;
    const { visibleFrom, visibleTo, from, to } = placement;
    const range = [visibleFrom, visibleTo, from, to].join();
    const last = this.told;
    this.told = { range, isAtEnd };
    if (range !== last.range) this.events.onRangeChange?.(visibleFrom, visibleTo, from, to);
    if (isAtEnd !== last.isAtEnd) this.events.onAtEndChange?.(isAtEnd);
  }
}

/** Rows for the server and the first render, before the viewport is known. */
function firstRange({ first, last }: ListShape, target: SeqTarget | 'end', rows: number): RowRange {
  const before =
    target === 'end' || target.align === 'end'
      ? rows - 1
      : target.align === 'center'
        ? Math.floor(rows / 2)
        : 0;
  const wanted = (target === 'end' ? last : target.seq) - before;
  const from = Math.max(first, Math.min(wanted, last - rows + 1));
  return { from, to: Math.min(last, from + rows - 1) };
}
