'use client';

import { useEffect, useRef, useSyncExternalStore, type ComponentType } from 'react';
import { Later } from '@/client/lib/later';
import { loadProblem } from '@/client/lib/load-problem';

type Closable = { onClose(): void };
/** For the button that opens it: who points at it or gives it the focus has its code fetched. */
export type Intent = { onPointerEnter(): void; onFocus(): void };

const nothing = () => null;

/**
 * Something that opens over the page, whose code comes when it is first shown. Where the code cannot be
 * fetched, it closes and the person is told; opening it again tries again.
 */
export function lazily<Props extends Closable>(fetchIt: () => Promise<ComponentType<Props>>) {
  const later = new Later(fetchIt);
  function Lazily(props: Props) {
    const Loaded = useSyncExternalStore(later.subscribe, later.get, nothing);
    const close = useRef(props.onClose);
    useEffect(() => {
      close.current = props.onClose;
    });
    useEffect(() => {
      let isGone = false;
      later.load().then(loadProblem.clear, () => {
        if (isGone) return;
        loadProblem.tell();
        close.current();
      });
      return () => {
        isGone = true;
      };
    }, []);
    return Loaded && <Loaded {...props} />;
  }
  const intent: Intent = { onPointerEnter: later.preload, onFocus: later.preload };
  return Object.assign(Lazily, { intent });
}
