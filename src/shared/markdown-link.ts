const opening = /^(?:https?:\/\/|mailto:)[^\s/]/i;
/** Also what a browser strips from an address before it looks at its scheme. */
// oxlint-disable-next-line no-control-regex -- the point of this expression
const unseen = /[\u0000-\u0020\u007F-\u009F\\]|\p{Cf}/u;

/**
 * Where a link may lead: http, https or mailto, without a user or password that could be taken for the host.
 * @returns null for any other address, which stays the text that it is
 */
export function safeAddress(address: string): URL | null {
  if (!opening.test(address) || unseen.test(address)) return null;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
  return url.username || url.password ? null : url;
}

/**
 * The host to show beside a link's words: when they name another one, or the real one is written in letters
 * that can look like others.
 * @param words what stands there to be clicked; null for an address that is its own words
 */
export function hostToShow(url: URL, words: string | null): string | null {
  const { hostname, protocol } = url;
  if (protocol === 'mailto:') return null;
  if (hostname.split('.').some((label) => label.startsWith('xn--'))) return hostname;
  const named = (words ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}.-]+/u)
    .filter((word) => /[^.-][.]\p{L}/u.test(word));
  return named.every((name) => withoutWww(name) === withoutWww(hostname)) ? null : hostname;
}

const withoutWww = (host: string) => host.replace(/^www\./, '');
