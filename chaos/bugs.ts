import type { Bug } from './bug/bug';
import { clientBugs } from './bug/client-bugs';
import { rightBugs } from './bug/right-bugs';
import { streamBugs } from './bug/stream-bugs';
import { writeBugs } from './bug/write-bugs';

const numberOf = ({ id }: Bug) => Number(id.slice(1));

/** The seeded bugs, by their numbers. */
export const bugs: readonly Bug[] = [...writeBugs, ...streamBugs, ...rightBugs, ...clientBugs].toSorted(
  (a, b) => numberOf(a) - numberOf(b),
);
