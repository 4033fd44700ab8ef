import { suggestedName } from '@/client/lib/suggested-name';

const secretKey = 'foyer.visitor';
const nameKey = 'foyer.name';

let memory: { secret?: string; name?: string } = {};

function remembered(key: string, slot: 'secret' | 'name', make: () => string): string {
  try {
    const known = localStorage.getItem(key);
    if (known) return known;
    const made = memory[slot] ?? make();
    localStorage.setItem(key, made);
    return made;
  } catch {
    // Storage is closed to us (a private window): the identity lives as long as the page.
    return (memory[slot] ??= make());
  }
}

/** The visitor's secret: 32 random bytes of this browser's own, 43 characters of base64url. */
export const visitorSecret = (): string =>
  remembered(secretKey, 'secret', () => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    return btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  });

/** The name that a visitor writes under until they choose one. */
export const visitorName = (): string => remembered(nameKey, 'name', suggestedName);

export function rememberVisitorName(name: string): void {
  memory = { ...memory, name };
  try {
    localStorage.setItem(nameKey, name);
  } catch {
    // Kept in memory above.
  }
}
