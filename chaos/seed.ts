/** Random numbers that one seed repeats; each user takes a stream of its own, so none disturbs another. */
export type Random = {
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number, 0 <= x < below. */
  int(below: number): number;
  between(from: number, to: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Picks by weight. */
  weighted<T extends string>(weights: Record<T, number>): T;
};

/** @param label names the stream */
export function randomOf(seed: number, label: string): Random {
  let [a, b, c, d] = [seed >>> 0, hash32(label), hash32(`${label}/${seed}`), 1];
  // sfc32
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    between: (from, to) => from + next() * (to - from),
    chance: (share) => next() < share,
    pick(list) {
      const one = list[int(list.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    },
    weighted<T extends string>(weights: Record<T, number>): T {
      const entries = Object.entries<number>(weights);
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) if ((left -= weight) < 0) return name as T;
      return entries[0]?.[0] as T;
    },
  };
}

function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** How popular each of `count` things is, so that the first has the most (Zipf, exponent 1.1). */
export function zipf(random: Random, count: number): number {
  const weights = Array.from({ length: count }, (_, i) => 1 / (i + 1) ** 1.1);
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  );
}
