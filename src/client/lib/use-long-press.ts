import { useEffect, useRef, type RefObject } from 'react';

const pressMs = 500;
const slackPx = 10;
const lateClickMs = 350;

/**
 * Calls back when a finger rests on an element of this kind inside the root; moving, lifting or
 * scrolling it away ends the wait. The click that would follow is swallowed.
 * @param onPress hears the element; it must be stable
 */
export function useLongPress(
  root: RefObject<HTMLElement | null>,
  selector: string,
  onPress: (element: HTMLElement) => void,
): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let start = { x: 0, y: 0 };
    const stop = new AbortController();
    const cancel = () => clearTimeout(timer.current);
    /** What has opened may stand under the finger: the click of lifting it is not meant for that. */
    const swallowClick = () => {
      const swallow = (event: Event) => {
        event.preventDefault();
        event.stopPropagation();
      };
      const done = new AbortController();
      const signal = AbortSignal.any([done.signal, stop.signal]);
      document.addEventListener('click', swallow, { capture: true, signal });
      document.addEventListener('pointerdown', () => done.abort(), { capture: true, signal });
      for (const end of ['touchend', 'touchcancel'])
        document.addEventListener(end, () => setTimeout(() => done.abort(), lateClickMs), {
          capture: true,
          signal,
        });
    };
    const onDown = (event: PointerEvent) => {
      cancel();
      const target = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
      if (event.pointerType !== 'touch' || !event.isPrimary || !target) return;
      start = { x: event.clientX, y: event.clientY };
      timer.current = setTimeout(() => {
        swallowClick();
        onPress(target);
      }, pressMs);
    };
    const onMove = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > slackPx) cancel();
    };
    /** The browser's own long press would select a word, or ask what to do with a link. */
    const onMenu = (event: Event) => {
      if (timer.current !== undefined && (event as PointerEvent).pointerType === 'touch')
        event.preventDefault();
    };
    const options = { signal: stop.signal };
    element.addEventListener('pointerdown', onDown, options);
    element.addEventListener('pointermove', onMove, options);
    for (const end of ['pointerup', 'pointercancel', 'scroll'])
      element.addEventListener(end, cancel, { ...options, capture: true });
    element.addEventListener('contextmenu', onMenu, options);
    return () => {
      stop.abort();
      cancel();
    };
  }, [root, selector, onPress]);
}
