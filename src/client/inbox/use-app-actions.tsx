import { useTheme } from 'next-themes';
import { useEffect, useMemo, useState } from 'react';
import { runByKey, useOfferedActions, type Action } from '@/client/actions';
import { useDensity } from '@/client/density';
import { lazily } from '@/client/lib/lazily';
import { go, inboxPath } from '@/client/paths';

const Palette = lazily(async () => (await import('@/client/inbox/palette')).Palette);
const KeysDialog = lazily(async () => (await import('@/client/inbox/keys-dialog')).KeysDialog);

type Overlay = 'palette' | 'keys';

const focusOn = (selector: string) => () => document.querySelector<HTMLElement>(selector)?.focus();

/** What can be done from anywhere, the keys of all that is offered, and what they open. */
export function useAppActions() {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const { resolvedTheme, setTheme } = useTheme();
  const isDark = resolvedTheme === 'dark';
  const { density, setDensity } = useDensity();
  const isCompact = density === 'rows';
  const actions = useMemo<Action[]>(
    () => [
      {
        id: 'app.palette',
        label: 'Go to or do',
        group: 'Foyer',
        toldKeys: 'Ctrl K',
        run: () => setOverlay('palette'),
      },
      { id: 'app.keys', label: 'Show all keys', group: 'Foyer', key: '?', run: () => setOverlay('keys') },
      { id: 'app.inbox', label: 'Go to the inbox', group: 'Foyer', key: 'i', run: () => go(inboxPath) },
      {
        ...{ id: 'app.search', label: 'Search thread titles', group: 'Foyer', key: '/' },
        run: focusOn('input[type=search]'),
      },
      {
        ...{ id: 'app.write', label: 'Write a message', group: 'Foyer', key: 'w' },
        run: focusOn('textarea[aria-label=Message]'),
      },
      {
        ...{ id: 'app.read', label: 'Go to the messages', group: 'Foyer', key: 'm' },
        run: focusOn('[role=feed]'),
      },
      {
        ...{ id: 'app.theme', label: isDark ? 'Light colours' : 'Dark colours', group: 'Foyer' },
        run: () => setTheme(isDark ? 'light' : 'dark'),
      },
      {
        id: 'app.density',
        label: isCompact ? 'Messages in bubbles' : 'Messages in compact rows',
        group: 'Foyer',
        run: () => setDensity(isCompact ? 'bubbles' : 'rows'),
      },
    ],
    [isDark, setTheme, isCompact, setDensity],
  );
  useOfferedActions(actions);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isPalette =
        (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'k';
      if (!isPalette) return runByKey(event);
      event.preventDefault();
      setOverlay((open) => (open === 'palette' ? null : 'palette'));
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const onClose = () => setOverlay(null);
  return (
    <>
      {overlay === 'palette' && <Palette onClose={onClose} />}
      {overlay === 'keys' && <KeysDialog onClose={onClose} />}
    </>
  );
}
