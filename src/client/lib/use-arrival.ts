import { useEffect, useEffectEvent } from 'react';
import type { Later } from '@/client/lib/later';
import { loadProblem } from '@/client/lib/load-problem';

/**
 * While somebody waits for what they pressed: fetches it, and tells them where that fails. With Escape or
 * a press they call it off, so that nothing opens over what they do by then.
 */
export function useArrival(later: Later<unknown>, isWaiting: boolean, onCallOff: () => void): void {
  const callOff = useEffectEvent(onCallOff);
  useEffect(() => {
    if (!isWaiting) return;
    const end = new AbortController();
    later.load().then(loadProblem.clear, () => {
      if (end.signal.aborted) return;
      loadProblem.tell();
      callOff();
    });
    const early = { capture: true, signal: end.signal };
    document.addEventListener('pointerdown', () => callOff(), early);
    document.addEventListener('keydown', ({ key }) => void (key === 'Escape' && callOff()), early);
    return () => end.abort();
  }, [later, isWaiting]);
}
