import { go, inboxPath } from '@/client/paths';
import { Button } from '@/client/ui/button';
import { EmptyState } from '@/client/ui/empty-state';

/** What stands in the place of a thread that was deleted. */
export const DeletedThread = () => (
  <EmptyState
    scene="shut"
    title="This thread was deleted"
    action={<Button onClick={() => go(inboxPath)}>Go to the inbox</Button>}
  >
    Everything in it is gone, for everybody.
  </EmptyState>
);
