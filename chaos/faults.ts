import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseFaults } from './fault/database-faults';
import type { Fault } from './fault/fault';
import { linkFaults } from './fault/link-faults';
import { peopleFaults } from './fault/people-faults';
import { processFaults } from './fault/process-faults';
import { redisFaults } from './fault/redis-faults';
import { now } from './history';
import type { Rig } from './rig';
import type { Random } from './seed';

/**
 * The catalogue; the numbers are those of the targets in `docs/reliability.md`. Not among them, for they are
 * no moment of a run: F0 (`--calm`), F12 (`--without-redis`), F21 (`--herd`), F24 (`--heap`) and F29, the
 * cursors that are made up in every run.
 */
export const faults = {
  ...processFaults,
  ...databaseFaults,
  ...redisFaults,
  ...linkFaults,
  ...peopleFaults,
};
export type FaultId = keyof typeof faults;
export const faultIds = Object.keys(faults) as FaultId[];
/**
 * Those of a run without wishes: a restored database undoes removals that were made meanwhile, and a full
 * disk has to be a small one.
 */
export const commonFaults = faultIds.filter((id) => id !== 'F8' && id !== 'F22');

/** The faults of this list that this rig can inject. */
export const possible = (rig: Rig, ids: readonly FaultId[]): FaultId[] =>
  ids.filter((id) => {
    const fault: Fault = faults[id];
    switch (fault.needs) {
      case 'redis':
        return rig.redis !== null;
      case 'prlimit':
        return existsSync('/usr/bin/prlimit');
      case 'small disk':
        return rig.cluster.hasSmallDisk;
      case undefined:
        return true;
    }
  });

/** Injects a fault, leaves it for its time, and heals it, whatever happens meanwhile. */
export async function applyFault(
  rig: Rig,
  id: FaultId,
  { random, scale, say }: { random: Random; scale: number; say(line: string): void },
): Promise<void> {
  const fault: Fault = faults[id];
  const since = now();
  const injection = await fault.inject(rig, random, scale);
  rig.tell({ t: since, f: 'fault', id, isOn: true, what: injection.what });
  say(`${id} ${fault.about}: ${injection.what}`);
  try {
    await delay(injection.holdMs);
  } finally {
    await injection.heal();
    rig.tell({ t: now(), f: 'fault', id, isOn: false, what: '' });
  }
}
