/** Heights of rows by seq, and of the viewport; px with fractions. */
export interface Sizes {
  rows: Iterable<readonly [seq: number, px: number]>;
  viewport: number;
}

const watchedAttributes = ['style', 'class', 'hidden', 'open'];

/**
 * Knows the real heights. A MutationObserver measures right after React has changed a row, so that nobody can
 * see the row's growth without the correction; a ResizeObserver, which runs before the paint, catches the
 * rest (images, fonts, the viewport).
 */
export class RowMeter {
  private readonly rows = new Map<number, HTMLElement>();
  private readonly unwatched = new Set<HTMLElement>();
  private scroller: HTMLElement | null = null;
  private resizes: ResizeObserver | null = null;
  private mutations: MutationObserver | null = null;
  private frame = 0;

  /** `onChange` is called when sizes may have changed. */
  constructor(private readonly onChange: () => void) {}

  attach(scroller: HTMLElement, content: HTMLElement): void {
    this.scroller = scroller;
    this.resizes = new ResizeObserver(() => this.onChange());
    this.resizes.observe(scroller);
    for (const element of this.rows.values()) this.resizes.observe(element);
    this.mutations = new MutationObserver(() => this.onChange());
    this.mutations.observe(content, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: watchedAttributes,
    });
  }

  detach(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.resizes?.disconnect();
    this.mutations?.disconnect();
    this.scroller = this.resizes = this.mutations = null;
  }

  register(seq: number, element: HTMLElement): () => void {
    this.rows.set(seq, element);
    this.unwatched.add(element);
    // A row that appears while resizes are reported could not be reported any more in that frame, which the
    // browser calls an error; it has been measured on commit anyway.
    this.frame ||= requestAnimationFrame(() => this.watch());
    return () => {
      if (this.rows.get(seq) === element) this.rows.delete(seq);
      this.unwatched.delete(element);
      this.resizes?.unobserve(element);
    };
  }

  /** All sizes as they are now; null while the list is hidden, for what was measured before stays true. */
  measure(): Sizes | null {
    const viewport = this.scroller ? heightOf(this.scroller) : 0;
    if (viewport === 0) return null;
    return { viewport, rows: Array.from(this.rows, ([seq, row]) => [seq, heightOf(row)] as const) };
  }

  /** The list's own moving of rows needs no measuring. */
  forgetOwnChanges(): void {
    this.mutations?.takeRecords();
  }

  private watch(): void {
    this.frame = 0;
    for (const element of this.unwatched) this.resizes?.observe(element);
    this.unwatched.clear();
  }
}

/** The layout height; the client rect knows its fraction, but lies while an ancestor is scaled. */
function heightOf(element: HTMLElement): number {
  const whole = element.offsetHeight;
  const exact = element.getBoundingClientRect().height;
  return Math.abs(exact - whole) < 1 ? exact : whole;
}
