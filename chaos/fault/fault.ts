import type { Rig } from '../rig';
import type { Random } from '../seed';

/** What was done, for how long it stays, and how it is undone. */
export type Injection = { what: string; holdMs: number; heal(): unknown };
export type Fault = {
  about: string;
  needs?: 'redis' | 'prlimit' | 'small disk';
  /** @param scale of durations: 1 in long runs, less in short ones */
  inject(rig: Rig, random: Random, scale: number): Promise<Injection>;
};

export const nothing = () => undefined;
