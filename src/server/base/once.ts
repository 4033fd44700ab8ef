const shared = globalThis as typeof globalThis & { [key: symbol]: Map<string, unknown> | undefined };
const key = Symbol.for('foyer.once');

/**
 * One object per process and name. Next loads server modules more than once into the same process;
 * `globalThis` is what its copies share, so everything process-wide is made here.
 */
export function once<T>(name: string, make: () => T): T {
  const made = (shared[key] ??= new Map<string, unknown>());
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}
