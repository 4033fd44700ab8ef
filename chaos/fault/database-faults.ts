import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { StopMode } from '../cluster';
import { now } from '../history';
import { nothing, type Fault } from './fault';

const connectionsMax = 100;
const restoredMs = 5_000;

/** What happens to PostgreSQL. */
export const databaseFaults = {
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
  F22: {
    about: 'the disk of the database is full, and that of a log',
    needs: 'small disk',
    async inject(rig, random, scale) {
      const instance = random.pick(rig.instances);
      await instance.stop();
      await instance.start({ logTo: '/dev/full' });
      const bytes = rig.cluster.fillDisk();
      return {
        what: `${Math.round(bytes / 2 ** 20)} MB of nothing, ${instance.name} logs to /dev/full`,
        holdMs: 8_000 * scale,
        async heal() {
          await rig.cluster.freeDisk();
          await instance.stop();
          await instance.start();
        },
      };
    },
  },
} satisfies Record<string, Fault>;
