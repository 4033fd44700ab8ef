'use client';

import type { ComponentType } from 'react';
import { Later, useLoaded } from '@/client/lib/later';
import { useArrival } from '@/client/lib/use-arrival';

type Closable = { onClose(): void };
/** For the button that opens it: who points at it or gives it the focus has its code fetched. */
export type Intent = { onPointerEnter(): void; onFocus(): void };

/**
 * Something that opens over the page, whose code comes when it is first shown. Where the code cannot be
 * fetched, it closes and the person is told; opening it again tries again.
 */
export function lazily<Props extends Closable>(fetchIt: () => Promise<ComponentType<Props>>) {
  const later = new Later(fetchIt);
  function Lazily(props: Props) {
    const Loaded = useLoaded(later);
    useArrival(later, !Loaded, () => props.onClose());
    return Loaded && <Loaded {...props} />;
  }
  const intent: Intent = { onPointerEnter: later.preload, onFocus: later.preload };
  return Object.assign(Lazily, { intent });
}
