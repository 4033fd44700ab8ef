import { usePathname, useSearchParams } from 'next/navigation';
import type { MouseEvent } from 'react';
import { isAtOverlay } from '@/client/lib/use-back-closes';
import { slugOf } from '@/shared/slug';

export type Place =
  | { view: 'inbox' }
  | { view: 'room'; roomSlug: string }
  | { view: 'thread'; roomSlug: string; shortId: string };

export const inboxPath = '/';
export const accountPath = '/account';
export const registerPath = '/register';
/** @param why what the page says above its form: the browser was signed out, or its visitor moved away */
export const signInPath = (why?: 'ended' | 'moved') => (why ? `/sign-in?why=${why}` : '/sign-in');
export const roomPath = (room: { slug: string }) => `/r/${room.slug}`;
export const threadPath = (thread: {
  shortId: string;
  title: string;
  isMain: boolean;
  room: { slug: string };
}) =>
  thread.isMain
    ? roomPath(thread.room)
    : `/r/${thread.room.slug}/t/${thread.shortId}-${slugOf(thread.title)}`;

/** The place that a URL's path names; anything unknown is the inbox. */
export function placeOf(pathname: string): Place {
  const [root, roomSlug, t, thread] = pathname.split('/').filter(Boolean);
  if (root !== 'r' || !roomSlug) return { view: 'inbox' };
  const shortId = t === 't' ? thread?.slice(0, 12) : undefined;
  return shortId ? { view: 'thread', roomSlug, shortId } : { view: 'room', roomSlug };
}

export function usePlace(): Place & { at: number | null; pane: string | null } {
  const pathname = usePathname();
  const search = useSearchParams();
  const at = Number(search.get('at'));
  return {
    ...placeOf(pathname),
    at: Number.isSafeInteger(at) && at > 0 ? at : null,
    pane: search.get('pane'),
  };
}

/**
 * Goes to a place within the page: the panes stay, just what differs is drawn. Next keeps its router
 * in step with the browser's history.
 */
export function go(path: string, how: 'push' | 'replace' = 'push'): void {
  // What was open above the page ends with the step away from it: its entry becomes that step.
  if (how === 'push' && !isAtOverlay()) window.history.pushState(null, '', path);
  else window.history.replaceState(null, '', path);
}

/** Click handler of links: plain clicks stay in the page, all others are the browser's own. */
export function followInPage(event: MouseEvent<HTMLAnchorElement>): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  event.preventDefault();
  const { pathname, search } = new URL(event.currentTarget.href);
  go(pathname + search);
}
