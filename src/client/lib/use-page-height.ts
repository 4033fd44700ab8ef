import { useEffect } from 'react';

/**
 * Keeps `--page-height` at what the on-screen keyboard leaves, where the browser lays the keyboard over
 * the page (iOS); elsewhere the page is made shorter by itself.
 */
export function usePageHeight(): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const { style } = document.documentElement;
    const fit = () => {
      const isCovered = view.scale === 1 && view.height < window.innerHeight - 1;
      if (isCovered) {
        style.setProperty('--page-height', `${view.height}px`);
        window.scrollTo(0, 0);
      } else style.removeProperty('--page-height');
    };
    view.addEventListener('resize', fit);
    return () => view.removeEventListener('resize', fit);
  }, []);
}
