'use client';

import { X } from 'lucide-react';
import { loadProblem, useLoadProblem } from '@/client/lib/load-problem';
import { Button, IconButton } from '@/client/ui/button';

/** Says that what was pressed could not be opened, until it can or somebody has read it. */
export function LoadProblemLine() {
  const isThere = useLoadProblem();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 top-3 z-50 flex justify-center">
      {isThere && (
        <p className="pointer-events-auto flex animate-[appear_120ms_var(--ease-out)] items-center gap-2 rounded-xl border bg-raised py-1 pr-1 pl-4 text-md shadow-float">
          This could not be opened. Try again, or reload the page.
          <Button look="quiet" className="shrink-0" onClick={() => window.location.reload()}>
            Reload
          </Button>
          <IconButton label="Close" onClick={loadProblem.clear}>
            <X size={16} />
          </IconButton>
        </p>
      )}
    </div>
  );
}
