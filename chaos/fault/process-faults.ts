import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rig } from '../rig';
import type { Random } from '../seed';
import { nothing, type Fault, type Injection } from './fault';

const drainMaxMs = 20_000;
const filesMax = 20_000;
const hourMs = 3_600_000;
/** Streams open, and take leases by a clock that is right. */
const beforeJumpMs = 2_000;

/** An instance does not run for a while, and does not know it. */
export async function freeze(rig: Rig, random: Random, holdMs: number): Promise<Injection> {
  const instance = random.pick(rig.instances);
  instance.signal('SIGSTOP');
  return {
    what: `${instance.name} for ${Math.round(holdMs)} ms`,
    holdMs,
    heal: () => instance.signal('SIGCONT'),
  };
}

/** What happens to the product's processes. */
export const processFaults = {
  F1: {
    about: 'an instance is killed, and started again',
    async inject(rig, random, scale) {
      const instance = random.pick(rig.instances);
      await instance.kill();
      return { what: `kill -9 ${instance.name}`, holdMs: 2_000 * scale, heal: () => instance.start() };
    },
  },
  F2: {
    about: 'a rolling restart',
    async inject(rig) {
      const took: number[] = [];
      for (const instance of rig.instances) {
        const since = Date.now();
        await instance.stop();
        took.push(Date.now() - since);
        await instance.start();
      }
      const slowest = Math.max(...took);
      rig.probe('I21', slowest <= drainMaxMs, `an instance took ${slowest} ms to drain`);
      return { what: `drained in ${took.join(', ')} ms`, holdMs: 0, heal: nothing };
    },
  },
  F3: {
    about: 'an instance stands still',
    inject: (rig, random, scale) => freeze(rig, random, random.pick([1_000, 5_000, 15_000]) * scale),
  },
  F19: {
    about: 'the clock of an instance is wrong',
    async inject(rig, random, scale) {
      const instance = random.pick(rig.instances);
      const [what, clockMs] = random.pick<[string, number]>([
        ['an hour ahead', hourMs],
        ['an hour behind', -hourMs],
        ['jumps back by ten minutes', -hourMs / 6],
      ]);
      const isJump = clockMs === -hourMs / 6;
      await instance.stop();
      await instance.start({ clockMs: isJump ? 0 : clockMs });
      if (isJump) {
        await delay(beforeJumpMs);
        instance.setClock(clockMs);
      }
      return {
        what: `${instance.name} ${what}`,
        holdMs: 12_000 * scale,
        async heal() {
          await instance.stop();
          await instance.start();
        },
      };
    },
  },
  F23: {
    about: 'an instance may open hardly any file more',
    needs: 'prlimit',
    async inject(rig, random, scale) {
      const { pid, name } = random.pick(rig.instances);
      const limit = (files: number) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`]);
      const open = readdirSync(`/proc/${pid}/fd`).length;
      limit(open + 3);
      // Whoever comes back now does not get through.
      rig.links.clients.reset();
      return { what: `${name}, at ${open} files`, holdMs: 5_000 * scale, heal: () => limit(filesMax) };
    },
  },
  F25: {
    about: 'an event loop is blocked for two seconds',
    inject: (rig, random) => freeze(rig, random, 2_000),
  },
} satisfies Record<string, Fault>;
