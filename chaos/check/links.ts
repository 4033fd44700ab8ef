import type { Event, Net } from '../history';

type Span = { from: number; to: number };

/** When each tab had a connection, and when its person had switched the network off. */
export class Links {
  private readonly down = new Map<string, Span[]>();
  /** From switching off to the next connection. */
  private readonly off = new Map<string, Span[]>();

  private readonly ons: Net[];

  constructor(events: readonly Event[]) {
    const net = events.filter((event): event is Net => event.f === 'net').toSorted((a, b) => a.t - b.t);
    this.ons = net.filter((event) => event.what === 'on');
    const downSince = new Map<string, number>();
    const offSince = new Map<string, number>();
    const end = (since: Map<string, number>, spans: Map<string, Span[]>, { tab, t }: Net) => {
      const from = since.get(tab);
      since.delete(tab);
      if (from !== undefined) spans.set(tab, [...(spans.get(tab) ?? []), { from, to: t }]);
    };
    for (const event of net) {
      const { tab, t, what } = event;
      if (what === 'down' && !downSince.has(tab)) downSince.set(tab, t);
      if (what === 'off' && !offSince.has(tab)) offSince.set(tab, t);
      if (what === 'up') {
        end(downSince, this.down, event);
        end(offSince, this.off, event);
      }
      if (what === 'closed') {
        downSince.delete(tab);
        end(offSince, this.off, event);
      }
    }
    // Who is still away when all is over was away until then.
    for (const [tab, from] of downSince)
      this.down.set(tab, [...(this.down.get(tab) ?? []), { from, to: Infinity }]);
    for (const [tab, from] of offSince)
      this.off.set(tab, [...(this.off.get(tab) ?? []), { from, to: Infinity }]);
  }

  /** How long each tab took to be back after its network was. */
  returns(): Span[] {
    return this.ons.flatMap(({ tab, t }) => {
      const up = this.off.get(tab)?.find((span) => span.from <= t && span.to >= t);
      return up && up.to < Infinity ? [{ from: t, to: up.to }] : [];
    });
  }

  /** Every time that a tab lost its connection and came back. */
  losses(): (Span & { tab: string })[] {
    return [...this.down].flatMap(([tab, spans]) =>
      spans.filter((span) => span.to < Infinity).map((span) => ({ tab, ...span })),
    );
  }

  /** When the tab was back last between two moments; null when its network was never off between them. */
  returnedAt(tab: string, from: number, to: number): number | null {
    const span = this.off.get(tab)?.findLast((one) => one.from <= to && one.to >= from);
    return span ? Math.min(span.to, to) : null;
  }

  /** For how many milliseconds between two moments the tab had a connection. */
  connectedMs(tab: string, from: number, to: number): number {
    const lost = (this.down.get(tab) ?? []).reduce(
      (sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)),
      0,
    );
    return Math.max(0, to - from - lost);
  }
}
