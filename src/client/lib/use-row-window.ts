import { useEffect, useState } from 'react';

/** What is drawn before anything could be measured. */
const firstHeightPx = 800;
/** So many rows are there before they come into view. */
const rowsAround = 8;

/**
 * Which of many rows of one height are worth drawing: those in view, and some around them.
 * @returns `from` (inclusive), `to` (exclusive), and the ref of what scrolls
 */
export function useRowWindow(count: number, rowPx: number) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [view, setView] = useState({ first: 0, rows: Math.ceil(firstHeightPx / rowPx) });
  useEffect(() => {
    if (!scroller) return;
    const look = () => {
      const first = Math.floor(Math.max(0, scroller.scrollTop) / rowPx);
      const rows = Math.ceil(scroller.clientHeight / rowPx) + 1;
      setView((now) => (now.first === first && now.rows === rows ? now : { first, rows }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, [scroller, rowPx]);
  return {
    scroller: setScroller,
    from: Math.max(0, Math.min(view.first, count - view.rows) - rowsAround),
    to: Math.min(count, view.first + view.rows + rowsAround),
  };
}
