import type { Doing } from './client/workload';

/** How large a run is. All numbers of a run that are not the product's stand here. */
export type Plan = {
  name: string;
  instances: number;
  workers: number;
  rooms: number;
  /** Of the rooms, how many only their members may know of. */
  privateRooms: number;
  threadsPerRoom: number;
  people: number;
  /** Some people have more than one tab. */
  tabsMax: number;
  threadsPerTab: number;
  /** Operations a second, over all workers. */
  rate: number;
  loadSeconds: number;
  /** Of load before the first fault: what is measured in them is F0. */
  calmSeconds: number;
  /** Seconds between two faults, from one's healing to the next one's beginning. */
  restSeconds: number;
  /** How long the end may take until everybody stands where the database does. */
  settleMaxSeconds: number;
  /** How long instances are watched when everything has settled, until what they hold is compared with before. */
  afterSeconds: number;
  /** How often which thing is done, where that differs from `workload.ts`. */
  weights?: Partial<Record<Doing, number>>;
};

/** For `npm test`: small enough for a loaded machine of two cores. */
export const shortPlan: Plan = {
  name: 'short',
  instances: 2,
  workers: 1,
  rooms: 4,
  privateRooms: 2,
  threadsPerRoom: 2,
  people: 8,
  tabsMax: 2,
  threadsPerTab: 3,
  rate: 12,
  loadSeconds: 20,
  calmSeconds: 1,
  restSeconds: 0.5,
  settleMaxSeconds: 90,
  afterSeconds: 1.5,
};

export const longPlan: Plan = {
  name: 'long',
  instances: 3,
  workers: 2,
  rooms: 20,
  privateRooms: 10,
  threadsPerRoom: 4,
  people: 60,
  tabsMax: 4,
  threadsPerTab: 10,
  rate: 52,
  loadSeconds: 180,
  calmSeconds: 20,
  restSeconds: 6,
  settleMaxSeconds: 180,
  afterSeconds: 30,
};

/** For one seeded bug or one fault: few people in few threads, so that they meet. */
export const targetedPlan: Plan = {
  ...shortPlan,
  name: 'targeted',
  rate: 20,
  loadSeconds: 12,
  settleMaxSeconds: 20,
};
