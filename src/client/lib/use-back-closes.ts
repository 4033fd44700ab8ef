import { useEffect, useRef } from 'react';

const phones = '(max-width: 767px)';
let marks = 0;
/** A step back of ours that the browser has not made yet; whoever opens meanwhile waits for it. */
let leaving: Promise<void> | null = null;

const markOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'overlay' in state ? state.overlay : undefined;

/** Whether the newest entry of the history stands for something open above the page. */
export const isAtOverlay = (): boolean => markOf(window.history.state) !== undefined;

function stepBack(): void {
  leaving = new Promise((resolve) => {
    const done = () => {
      leaving = null;
      resolve();
    };
    window.addEventListener('popstate', done, { once: true });
  });
  window.history.back();
}

/** On a phone, going back closes what is open above the page before it leaves the page. */
export function useBackCloses(isOpen: boolean, onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    if (!isOpen || !window.matchMedia(phones).matches) return;
    const mark = ++marks;
    let isEnded = false;
    let isThere = false;
    const onPop = () => {
      if (markOf(window.history.state) === mark) return;
      isThere = false;
      close.current();
    };
    const enter = async () => {
      await leaving;
      if (isEnded) return;
      window.history.pushState({ overlay: mark }, '');
      isThere = true;
      window.addEventListener('popstate', onPop);
    };
    void enter();
    return () => {
      isEnded = true;
      window.removeEventListener('popstate', onPop);
      if (isThere && markOf(window.history.state) === mark) stepBack();
    };
  }, [isOpen]);
}
