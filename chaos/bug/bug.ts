import type { Mutation } from '../bundle';
import type { FaultId } from '../faults';
import type { Invariant } from '../history';
import type { Plan } from '../plan';

/** A bug that was put into a test build on purpose, and the run in which the checker has to see it. */
export type Bug = {
  id: string;
  about: string;
  mutations: readonly Mutation[];
  /** Injected in this order, then again from the start while there is load. */
  faults: readonly FaultId[];
  /** Any of these counts as caught. */
  caughtBy: readonly Invariant[];
  plan?: Partial<Plan>;
  postgres?: readonly string[];
  isWithoutRedis?: boolean;
  /** Changes that only make the bug show sooner: with them alone, a run must be clean. */
  sharpened?: readonly Mutation[];
};
