import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { changeRight } from '../acl';
import { StalledReader } from '../stalled-reader';
import { nothing, type Fault } from './fault';

const stalledReaders = 5;
/** They are cut 10 s after their buffers are full; a loaded machine fills them slowly. */
const stalledMaxMs = 30_000;

/** What people do to each other, and what is done to them. */
export const peopleFaults = {
  F20: {
    about: 'readers that take nothing',
    async inject(rig, random) {
      const { port } = random.pick(rig.instances).options;
      const people = rig.world.people.slice(0, stalledReaders);
      const readers = people.map(({ secret }) => new StalledReader(rig, port, secret));
      const deadline = Date.now() + stalledMaxMs;
      await delay(2_000);
      while (readers.some((reader) => reader.isHeld()) && Date.now() < deadline) await delay(250);
      const held = readers.filter((reader) => reader.isHeld()).length;
      rig.probe('I19', held === 0, `${held} of ${readers.length} readers that take nothing were not cut`);
      return {
        what: `${readers.filter((reader) => reader.hasOpened).length} sockets`,
        holdMs: 0,
        heal: () => readers.forEach((one) => one.close()),
      };
    },
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
} satisfies Record<string, Fault>;
