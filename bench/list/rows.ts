/** Synthetic rows: what they say follows from their seq, they arrive page by page, and images come late. */
const pageRows = 50;
const keptPages = 200;
const imageDelayMs = 300;

const words = 'quiet otter walks along the river until evening falls over every house and lamp'.split(' ');

/** A well-mixed 32-bit number from a seq. */
function hash(seq: number): number {
  let x = seq | 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

export interface RowData {
  lines: string[];
  /** Px; 0 before the image is there, null without one. */
  image: number | null;
}

export class RowStore {
  private readonly pages = new Map<number, boolean>();
  private readonly images = new Map<number, number>();
  private readonly extra = new Map<number, number>();
  private readonly rows = new Map<number, RowData>();
  private readonly listeners = new Map<number, () => void>();

  subscribe = (seq: number, listener: () => void): (() => void) => {
    this.listeners.set(seq, listener);
    this.load(Math.floor(seq / pageRows));
    return () => {
      if (this.listeners.get(seq) === listener) this.listeners.delete(seq);
      this.rows.delete(seq);
    };
  };

  /** The row, or null while its page is on its way. The same object until it changes. */
  get = (seq: number): RowData | null => {
    if (this.pages.get(Math.floor(seq / pageRows)) !== true) return null;
    const known = this.rows.get(seq);
    if (known) return known;
    const h = hash(seq);
    const count = 1 + (h % 8) + (this.extra.get(seq) ?? 0);
    const lines = Array.from({ length: count }, (_, i) =>
      words.slice((h + i) % 7, 3 + ((h + i) % 11)).join(' '),
    );
    const row = { lines, image: h % 17 === 0 ? (this.images.get(seq) ?? 0) : null };
    this.rows.set(seq, row);
    if (row.image === 0) setTimeout(() => this.setImage(seq, 80 + (h % 160)), imageDelayMs);
    return row;
  };

  /** Adds lines to a row, as an edit does. */
  grow(seq: number, lines: number): void {
    this.extra.set(seq, lines);
    this.changed(seq);
  }

  private setImage(seq: number, px: number): void {
    if (this.images.size > 5_000) this.images.clear();
    this.images.set(seq, px);
    this.changed(seq);
  }

  private changed(seq: number): void {
    this.rows.delete(seq);
    this.listeners.get(seq)?.();
  }

  private load(page: number): void {
    if (this.pages.has(page)) return;
    this.pages.set(page, false);
    setTimeout(() => this.arrive(page), 30 + (hash(page) % 50));
  }

  private arrive(page: number): void {
    this.pages.delete(page);
    this.pages.set(page, true);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= keptPages) break;
      if (!this.isShown(oldest)) this.pages.delete(oldest);
    }
    for (let seq = page * pageRows; seq < (page + 1) * pageRows; seq++) this.listeners.get(seq)?.();
  }

  private isShown(page: number): boolean {
    for (let seq = page * pageRows; seq < (page + 1) * pageRows; seq++)
      if (this.listeners.has(seq)) return true;
    return false;
  }
}
