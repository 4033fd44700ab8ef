/** One look at the list in a frame; px from the list's top. */
interface Look {
  tops: Map<number, number>;
  bottoms: Map<number, number>;
  scrollTop: number;
}

export interface Held {
  /** Greatest distance of the row's edge from where it was in the first look, and looks taken. */
  drift: number;
  at: number;
  looks: number;
  /** Looks without the row in the DOM. */
  missing: number;
}

/**
 * Looks at the list twice in each frame: in requestAnimationFrame, where a script would see it, and after
 * layout and all resize observers, which is what gets painted.
 */
export class Watch {
  maxRows = 0;
  blankFrames = 0;
  frames = 0;
  worstFrameMs = 0;
  /** Greatest difference, px, between what rows moved and what was scrolled, from one painted frame to the next. */
  worstJump = 0;
  /** How often the window was moved under the rows, and the most that rows moved by it, px. */
  rebases = 0;
  worstRebase = 0;
  longTasks: number[] = [];
  longFrames: number[] = [];
  firstRowsMs = 0;
  private readonly probe = document.createElement('div');
  private onLook: ((look: Look, isPainted: boolean) => void) | null = null;
  private lastFrame = 0;
  private lastPainted: Look | null = null;

  start(): void {
    this.probe.style.cssText = 'position:fixed;inset:auto auto 0 0;height:1px;visibility:hidden';
    document.body.append(this.probe);
    new ResizeObserver(() => this.painted()).observe(this.probe);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.longTasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.longFrames.push(entry.duration);
    }).observe({ type: 'long-animation-frame' });
    const loop = (now: number) => {
      if (this.lastFrame) this.worstFrameMs = Math.max(this.worstFrameMs, now - this.lastFrame);
      this.lastFrame = now;
      this.probe.style.width = `${1 + (this.frames++ % 2)}px`;
      this.onLook?.(this.look(), false);
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
  }

  reset(): void {
    this.blankFrames = this.frames = this.worstFrameMs = this.worstJump = this.lastFrame = 0;
    this.longTasks = [];
    this.longFrames = [];
  }

  /** The time until the next frame is not the page's. */
  pause(): void {
    this.lastFrame = 0;
  }

  /** Follows one edge of a row for a while; `act` runs after the first look. */
  hold(seq: number, edge: 'top' | 'bottom', ms: number, act?: () => void): Promise<Held> {
    const edgeOf = (look: Look) => (edge === 'top' ? look.tops : look.bottoms).get(seq);
    const start = edgeOf(this.look());
    const held: Held = { drift: start === undefined ? Infinity : 0, at: start ?? NaN, looks: 0, missing: 0 };
    act?.();
    return new Promise((resolve) => {
      this.onLook = (look) => {
        const now = edgeOf(look);
        held.looks++;
        if (now === undefined) held.missing++;
        else held.drift = Math.max(held.drift, Math.abs(now - held.at));
      };
      setTimeout(() => {
        this.onLook = null;
        resolve(held);
      }, ms);
    });
  }

  topRow(): number {
    for (const [seq, top] of this.look().tops) if (top >= -0.5) return seq;
    return NaN;
  }

  look(): Look {
    const scroller = document.querySelector('[data-seq-list]');
    const look: Look = { tops: new Map(), bottoms: new Map(), scrollTop: scroller?.scrollTop ?? 0 };
    const origin = scroller?.getBoundingClientRect().top ?? 0;
    const rows = document.querySelectorAll('[data-seq]');
    for (const row of rows) {
      const box = row.getBoundingClientRect();
      const seq = Number(row.getAttribute('data-seq'));
      look.tops.set(seq, box.top - origin);
      look.bottoms.set(seq, box.bottom - origin);
    }
    this.maxRows = Math.max(this.maxRows, rows.length);
    return look;
  }

  private painted(): void {
    const look = this.look();
    if (look.tops.size > 0) this.firstRowsMs ||= performance.now();
    const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    if (!middle?.closest('[data-seq]')) this.blankFrames++;
    this.compare(look);
    this.onLook?.(look, true);
  }

  /** The first uncut row must have moved by what was scrolled; by nothing in a rebase, which is seen by its size. */
  private compare(look: Look): void {
    const before = this.lastPainted;
    this.lastPainted = look;
    if (!before) return;
    const scrolled = look.scrollTop - before.scrollTop;
    for (const [seq, top] of before.tops) {
      const now = look.tops.get(seq);
      if (top < 0 || now === undefined) continue;
      if (Math.abs(scrolled) < 100_000) {
        this.worstJump = Math.max(this.worstJump, Math.abs(now - top + scrolled));
      } else {
        this.rebases++;
        this.worstRebase = Math.max(this.worstRebase, Math.abs(now - top));
      }
      return;
    }
  }
}
