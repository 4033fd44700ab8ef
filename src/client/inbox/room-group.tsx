import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Intent } from '@/client/lib/lazily';
import { IconButton } from '@/client/ui/button';

/** A titled group of the rooms pane, with the button that makes a new one. */
export function RoomGroup({
  title,
  newLabel,
  onNew,
  intent,
  children,
}: {
  title: string;
  newLabel: string;
  /** Null where nobody may make one. */
  onNew: (() => void) | null;
  /** Of what it opens. */
  intent: Intent;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="mt-4">
      <div className="flex h-8 items-center justify-between pl-2 md:max-lg:justify-center md:max-lg:px-0">
        <h2 className="text-xs font-medium text-faint md:max-lg:hidden">{title}</h2>
        {onNew && (
          <IconButton label={newLabel} onClick={onNew} {...intent} className="!size-7 max-md:!size-11">
            <Plus size={16} />
          </IconButton>
        )}
      </div>
      {children}
    </section>
  );
}
