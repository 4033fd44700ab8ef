import type { Plan } from '../plan';
import type { World } from '../world';

export type CrowdOptions = {
  seed: number;
  plan: Plan;
  world: World;
  /** Which part of the people these are. */
  share: { index: number; of: number };
  /** The tab's bundle. */
  bundle: string;
  /** Where browsers go: the link in front of all instances. */
  baseUrl: string;
  /** Each instance by itself, for calls that go past the queue. */
  instanceUrls: string[];
  /** Files for the history: deliveries apart, for there are many. */
  files: { events: string; deliveries: string };
};

/** What the rig tells a worker to do; each is answered. */
export type Order =
  | { type: 'start'; options: CrowdOptions }
  | { type: 'load'; isOn: boolean }
  /** How often each send past the queue is made at once. */
  | { type: 'storm'; copies: number }
  /** What is not settled yet, compared with where the database's threads stand. */
  | { type: 'unsettled'; revs: Record<string, number>; shut: string[] }
  | { type: 'sockets' }
  | { type: 'readAll' }
  | { type: 'finals' }
  | { type: 'close' };
export type Asked = { id: number; order: Order };
export type Answered = { id: number; value?: unknown; problem?: string };
