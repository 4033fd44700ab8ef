import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { changeRight } from './acl';
import type { StopMode } from './cluster';
import { now } from './history';
import { healthy } from './proxy';
import type { Rig } from './rig';
import type { Random } from './seed';
import { StalledReader } from './stalled-reader';

/** What was done, for how long it stays, and how it is undone. */
type Injection = { what: string; holdMs: number; heal(): unknown };
type Fault = {
  about: string;
  needs?: 'redis' | 'prlimit';
  /** @param scale of durations: 1 in long runs, less in short ones */
  inject(rig: Rig, random: Random, scale: number): Promise<Injection>;
};

const nothing = () => undefined;

/** The catalogue; the numbers are those of the targets in `docs/reliability.md`. */
export const faults = {
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
  F4: {
    about: 'the database is restarted',
    async inject(rig, random, scale) {
      const mode = random.pick<StopMode>(['fast', 'immediate', 'kill']);
      await rig.cluster.stop(mode);
      return { what: mode, holdMs: 1_000 * scale, heal: () => rig.cluster.start() };
    },
  },
  F5: {
    about: 'every connection of the database is taken',
    async inject(rig, _, scale) {
      const taken: pg.Client[] = [];
      for (let i = 0; i < connectionsMax; i++) {
        const client = new pg.Client({ connectionString: rig.cluster.url() });
        client.on('error', nothing);
        if (
          !(await client.connect().then(
            () => true,
            () => false,
          ))
        )
          break;
        taken.push(client);
      }
      const heal = () => Promise.all(taken.map((client) => client.end().catch(nothing)));
      return { what: `${taken.length} connections`, holdMs: 8_000 * scale, heal };
    },
  },
  F6: {
    about: 'the row of the most popular thread is locked',
    async inject(rig, _, scale) {
      const client = new pg.Client({ connectionString: rig.cluster.url() });
      client.on('error', nothing);
      await client.connect();
      await client.query('begin');
      await client.query('select from threads where id = $1 for update', [rig.world.threads[0]?.id]);
      return { what: 'select for update', holdMs: 10_000 * scale, heal: () => client.end() };
    },
  },
  F7: {
    about: 'every connection to the database is ended',
    async inject(rig) {
      const { rowCount } = await rig.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return { what: `${rowCount} backends`, holdMs: 0, heal: nothing };
    },
  },
  F9: {
    about: 'Redis is killed, and started again',
    needs: 'redis',
    async inject(rig, random, scale) {
      await rig.redis?.kill();
      const holdMs = random.pick([300, 3_000, 10_000]) * scale;
      return { what: `down for ${Math.round(holdMs)} ms`, holdMs, heal: () => rig.redis?.start() };
    },
  },
  F10: {
    about: 'every subscriber of Redis is cut, once a second',
    needs: 'redis',
    async inject(rig, _, scale) {
      const cut = () => rig.redis?.ask(['CLIENT', 'KILL', 'TYPE', 'pubsub']).catch(nothing);
      await cut();
      const timer = setInterval(() => void cut(), 1_000);
      return { what: 'CLIENT KILL TYPE pubsub', holdMs: 5_000 * scale, heal: () => clearInterval(timer) };
    },
  },
  F11: {
    about: 'Redis stands still',
    needs: 'redis',
    async inject(rig, _, scale) {
      rig.redis?.signal('SIGSTOP');
      return { what: 'SIGSTOP', holdMs: 10_000 * scale, heal: () => rig.redis?.signal('SIGCONT') };
    },
  },
  F13: {
    about: 'an instance stands still until Redis gives its subscription up',
    needs: 'redis',
    async inject(rig, random, scale) {
      const limit = (bytes: number) =>
        rig.redis?.ask(['CONFIG', 'SET', 'client-output-buffer-limit', `pubsub ${bytes} ${bytes} 60`]);
      await limit(1);
      const frozen = await freeze(rig, random, 4_000 * scale);
      return {
        ...frozen,
        async heal() {
          await limit(8 * 1024 * 1024);
          await frozen.heal();
        },
      };
    },
  },
  F14: {
    about: 'every link of a client is reset',
    async inject(rig) {
      const { clients } = rig.links;
      const what = `${clients.size} connections`;
      clients.reset();
      return { what, holdMs: 0, heal: nothing };
    },
  },
  F15: {
    about: 'links of clients stand and carry nothing',
    async inject(rig, random, scale) {
      const { clients } = rig.links;
      const share = random.pick([0.5, 1]);
      clients.blackhole(share);
      return {
        what: `${share * 100} % of the links`,
        holdMs: random.pick([5_000, 15_000]) * scale,
        heal: () => clients.up(),
      };
    },
  },
  F16: {
    about: 'links of clients are slow, now more, now less',
    inject: (rig, _, scale) =>
      poison(rig, { latencyMs: 300, jitterMs: 200 }, { holdMs: 10_000 * scale, what: '300 +- 200 ms' }),
  },
  F17: {
    about: 'links of clients are narrow, and then cut',
    async inject(rig, _, scale) {
      const injection = await poison(rig, { bandwidth: 2_000 }, { holdMs: 8_000 * scale, what: '16 kbit/s' });
      return {
        ...injection,
        heal() {
          injection.heal();
          rig.links.clients.reset();
        },
      };
    },
  },
  F18: {
    about: 'bytes come one by one, and end in the middle of a message',
    inject: (rig, random, scale) =>
      poison(rig, random.chance(0.5) ? { slicer: 1 } : { limitData: 3_000 }, {
        holdMs: 3_000 * scale,
        what: 'slices of 1 byte, or cut after 3,000',
      }),
  },
  F20: {
    about: 'readers that take nothing',
    async inject(rig, random) {
      const threadId = rig.world.threads[0]?.id ?? '';
      const { port } = random.pick(rig.instances).options;
      const opened = await Promise.all(
        rig.world.people
          .slice(0, stalledReaders)
          .map(({ secret }) => StalledReader.open(rig, { port, secret, threadId }).catch(() => null)),
      );
      const readers = opened.filter((reader) => reader !== null);
      const deadline = Date.now() + stalledMaxMs;
      await delay(2_000);
      while (readers.some((reader) => reader.isHeld()) && Date.now() < deadline) await delay(250);
      const held = readers.filter((reader) => reader.isHeld()).length;
      rig.probe('I19', held === 0, `${held} of ${readers.length} readers that take nothing were not cut`);
      return {
        what: `${readers.length} sockets`,
        holdMs: 0,
        heal: () => readers.forEach((one) => one.close()),
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
  F26: {
    about: 'every send past the queue is made five times over all instances',
    async inject(rig, _, scale) {
      const storm = (copies: number) =>
        Promise.all(rig.workers.map((worker) => worker.do({ type: 'storm', copies })));
      await storm(5);
      return { what: 'five times', holdMs: 8_000 * scale, heal: () => storm(3) };
    },
  },
  F28: {
    about: 'people are removed from rooms, and no process is told',
    async inject(rig, random, scale) {
      const rooms = rig.world.rooms.filter((room) => room.isPrivate && room.members.length > 1);
      const removed = Array.from({ length: 4 }, () => {
        const room = random.pick(rooms);
        return { ident: random.pick(room.members), roomId: room.id };
      }).filter(
        (one, i, all) =>
          all.findIndex((other) => other.ident === one.ident && other.roomId === one.roomId) === i,
      );
      for (const one of removed) await changeRight(rig, 'revoke', one);
      return {
        what: `${removed.length} removals`,
        holdMs: random.between(4_000, 10_000) * Math.max(scale, 0.5),
        async heal() {
          // The last one stays outside.
          for (const one of removed.slice(0, -1)) await changeRight(rig, 'grant', one);
          const last = removed.at(-1);
          if (last && random.chance(0.7)) await changeRight(rig, 'grant', last);
        },
      };
    },
  },
  S49: {
    about: 'people are removed while what they send waits behind a lock',
    async inject(rig, random) {
      const room = random.pick(rig.world.rooms.filter((one) => one.isPrivate && one.members.length > 1));
      const lock = new pg.Client({ connectionString: rig.cluster.url() });
      lock.on('error', nothing);
      await lock.connect();
      await lock.query('begin');
      await lock.query('select from threads where room_id = $1 for update', [room.id]);
      await delay(1_000);
      const people = room.members.map((ident) => ({ ident, roomId: room.id }));
      const removals = (async () => {
        for (const one of people) await changeRight(rig, 'revoke', one);
      })();
      await delay(700);
      await lock.end();
      await removals;
      return {
        what: `${people.length} removals`,
        holdMs: 2_500,
        async heal() {
          for (const one of people) await changeRight(rig, 'grant', one);
        },
      };
    },
  },
  F8: {
    about: 'the database becomes an older copy of itself',
    async inject(rig) {
      const copiedAt = now();
      await rig.cluster.copy();
      await delay(restoredMs);
      await rig.cluster.restore();
      await rig.admin.query('update instance set epoch_salt = gen_random_uuid()');
      rig.tell({ t: now(), f: 'restore', copiedAt });
      return { what: `of ${restoredMs} ms ago`, holdMs: 12_000, heal: nothing };
    },
  },
} satisfies Record<string, Fault>;
export type FaultId = keyof typeof faults;
export const faultIds = Object.keys(faults) as FaultId[];
/** Those of a run without wishes: a restored database undoes removals that were made meanwhile. */
export const commonFaults = faultIds.filter((id) => id !== 'F8');

/** The faults of this list that this rig can inject. */
export const possible = (rig: Rig, ids: readonly FaultId[]): FaultId[] =>
  ids.filter((id) => {
    const fault: Fault = faults[id];
    if (fault.needs === 'redis') return rig.redis !== null;
    return fault.needs !== 'prlimit' || existsSync('/usr/bin/prlimit');
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

const drainMaxMs = 20_000;
const restoredMs = 5_000;
const connectionsMax = 100;
const filesMax = 20_000;
const stalledReaders = 5;
/** They are cut 10 s after their buffers are full; a loaded machine fills them slowly. */
const stalledMaxMs = 30_000;

async function freeze(rig: Rig, random: Random, holdMs: number): Promise<Injection> {
  const instance = random.pick(rig.instances);
  instance.signal('SIGSTOP');
  return {
    what: `${instance.name} for ${Math.round(holdMs)} ms`,
    holdMs,
    heal: () => instance.signal('SIGCONT'),
  };
}

async function poison(
  rig: Rig,
  toxics: Partial<typeof healthy>,
  { holdMs, what }: { holdMs: number; what: string },
): Promise<Injection> {
  const { clients } = rig.links;
  clients.toxics = { ...healthy, ...toxics };
  return { what, holdMs, heal: () => clients.up() };
}
