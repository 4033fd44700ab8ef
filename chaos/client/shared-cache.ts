type Kept = { text: string; untilMs: number };

/**
 * A cache that people share, as a proxy at work or at the operator's is: it keeps what an answer's headers
 * let it keep, and gives it to whoever asks for the same address.
 */
export class SharedCache {
  private readonly kept = new Map<string, Kept>();

  async get(url: string, headers: Record<string, string>): Promise<string> {
    const known = this.kept.get(url);
    if (known && known.untilMs > Date.now()) return known.text;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    const control = answer.headers.get('cache-control') ?? '';
    const seconds = Number(/max-age=(\d+)/.exec(control)?.[1] ?? 0);
    const isShared = /\bpublic\b/.test(control) && !/private|no-store/.test(control);
    const isForOne = answer.headers.get('vary')?.includes('x-foyer-visitor') ?? false;
    if (answer.ok && isShared && !isForOne && seconds > 0)
      this.kept.set(url, { text, untilMs: Date.now() + seconds * 1_000 });
    return text;
  }
}
