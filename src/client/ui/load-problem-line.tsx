'use client';

import { X } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { loadProblem, useLoadProblem } from '@/client/lib/load-problem';
import { Button, IconButton } from '@/client/ui/button';

/** Says that what was pressed could not be opened, until it can or somebody has read it. */
export function LoadProblemLine() {
  const isThere = useLoadProblem();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 top-3 z-50 flex justify-center">
      {isThere && <Line />}
    </div>
  );
}

/** Whoever has gone into it is taken back to where they were when it goes. */
function Line() {
  const line = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const element = line.current;
    return () => {
      if (element?.contains(document.activeElement)) before.current?.focus();
    };
  }, []);
  return (
    <div
      ref={line}
      onFocus={({ relatedTarget, currentTarget }) => {
        if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
          before.current = relatedTarget;
      }}
      className="pointer-events-auto flex animate-[appear_120ms_var(--ease-out)] items-center gap-2 rounded-xl border bg-raised py-1 pr-1 pl-4 text-md shadow-float"
    >
      This could not be opened. Try again, or reload the page.
      <Button look="quiet" className="shrink-0" onClick={() => window.location.reload()}>
        Reload
      </Button>
      <IconButton label="Close" onClick={loadProblem.clear}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
