import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../bin/port.mjs';
import { environmentWith } from '../bin/settings.mjs';
import { bundleServer, bundleTab, type Mutation } from './bundle';
import { Cluster } from './cluster';
import { now, type Event } from './history';
import { Instance } from './instance';
import type { Plan } from './plan';
import { Link } from './proxy';
import { RedisServer } from './redis-server';
import { randomOf } from './seed';
import { WorkerProcess } from './worker-process';
import { makeWorld, type World } from './world';
import { generousLimits } from '@/server/testing/generous-limits';

const root = path.resolve(import.meta.dirname, '..');
/** New in each run: it signs what nobody keeps. */
const signingKey = randomBytes(32).toString('base64url');
export type RigOptions = {
  /** Everything of the run: history, logs, bundles. */
  dir: string;
  plan: Plan;
  seed: number;
  mutations?: readonly Mutation[];
  /** More settings of PostgreSQL, `name=value`. */
  postgres?: readonly string[];
  /** More for the product's processes. */
  env?: Readonly<Record<string, string>>;
  nodeArgs?: readonly string[];
  /** Leaves the instances without a link to each other: they meet in the database only. */
  isWithoutRedis?: boolean;
  /** Puts the database on a disk that can be filled. */
  hasSmallDisk?: boolean;
  /** Told as soon as there is something to end. */
  onMade?(rig: Rig): void;
};

/** All parts of a run: database, links, instances, workers; and the rig's own page of the history. */
export class Rig {
  readonly instances: Instance[] = [];
  readonly workers: WorkerProcess[] = [];
  readonly events: Event[] = [];
  /** Who may not read which room now, as `PERSON ROOM`. */
  readonly shut = new Set<string>();
  readonly admin: pg.Pool;
  world: World = { people: [], rooms: [], threads: [], longThreadId: '' };
  private readonly history: ReturnType<typeof createWriteStream>;
  private readonly sampler: ReturnType<typeof setInterval>;
  private isEnded = false;

  private constructor(
    readonly options: RigOptions,
    readonly cluster: Cluster,
    /** From all browsers to all instances, and from all instances to the database. */
    readonly links: { clients: Link; database: Link },
    readonly redis: RedisServer | null,
  ) {
    this.history = createWriteStream(path.join(options.dir, 'rig.jsonl'));
    this.admin = adminPool(cluster.url());
    this.sampler = setInterval(() => {
      for (const instance of this.instances) {
        const sample = instance.sample();
        if (sample) this.tell(sample);
      }
    }, 1_000);
  }

  /** Builds and starts everything but the load. */
  static async start(options: RigOptions): Promise<Rig> {
    const { dir, plan, seed, mutations = [] } = options;
    mkdirSync(dir, { recursive: true });
    // PostgreSQL runs as a user without rights, who must get through.
    chmodSync(dir, 0o711);
    // Packages are found from there as from the product's own build.
    const bundles = path.join(root, 'dist/chaos', String(process.pid));
    const server = path.join(bundles, 'server.mjs');
    await Promise.all([bundleServer(server, mutations), bundleTab(path.join(bundles, 'tab.cjs'), mutations)]);
    const cluster = await Cluster.make(dir, ...clusterOptions(options));
    const random = randomOf(seed, 'links').next;
    const instances: Instance[] = [];
    const links = {
      clients: new Link(() => instances.map((instance) => instance.options.port), random),
      database: new Link(() => [cluster.port], random),
    };
    const redis = options.isWithoutRedis ? null : await RedisServer.make();
    const rig = new Rig(options, cluster, links, redis);
    options.onMade?.(rig);
    try {
      await migrate(cluster.url());
      rig.world = await makeWorld(cluster.url(), plan, seed);
      await Promise.all([links.clients.listen(), links.database.listen()]);
      for (let i = 0; i < plan.instances; i++) instances.push(await rig.makeInstance(i, server));
      rig.instances.push(...instances);
      await Promise.all(instances.map((instance) => instance.start()));
      await rig.startWorkers(path.join(bundles, 'tab.cjs'));
    } catch (cause) {
      await rig.end();
      throw cause;
    }
    return rig;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.links.clients.port}`;
  }

  get random() {
    return randomOf(this.options.seed, 'faults');
  }

  tell(event: Event): void {
    this.events.push(event);
    this.history.write(`${JSON.stringify(event)}\n`);
  }

  /** A question of the rig's own; only wrong answers are violations. */
  probe(invariant: Extract<Event, { f: 'probe' }>['invariant'], isRight: boolean, what: string): void {
    this.tell({ t: now(), f: 'probe', invariant, isRight, what });
  }

  /** The files that workers write. */
  files(index: number) {
    const of = (name: string) => path.join(this.options.dir, `worker-${index}.${name}.jsonl`);
    return { events: of('events'), deliveries: of('deliveries') };
  }

  /** Ends every process that it started. */
  async end(): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    clearInterval(this.sampler);
    for (const worker of this.workers) worker.end();
    await Promise.all(this.instances.map((instance) => instance.kill()));
    await Promise.all([this.links.clients.close(), this.links.database.close()]);
    await this.admin.end().catch(() => undefined);
    await this.redis?.kill();
    await this.cluster.remove();
    this.history.end();
  }

  private async makeInstance(index: number, program: string): Promise<Instance> {
    const { dir, env, nodeArgs } = this.options;
    const name = 'abcdefgh'[index] ?? String(index);
    const port = await freePort();
    return new Instance({
      name,
      port,
      program,
      ...(nodeArgs && { nodeArgs }),
      env: environmentWith({
        ...generousLimits,
        NODE_ENV: 'production',
        PORT: String(port),
        HOST: '127.0.0.1',
        ALLOWED_ORIGINS: this.baseUrl,
        DATABASE_URL: this.cluster.url(this.links.database.port),
        DATABASE_POOL: '20',
        REDIS_URL: this.redis?.url ?? '',
        NEXTAUTH_SECRET: signingKey,
        FOYER_DATA_DIR: path.join(dir, 'data'),
        LOG_LEVEL: 'warn',
        ...env,
      }),
      logFile: path.join(dir, `${name}.log`),
      clockFile: path.join(dir, `${name}.clock`),
      tell: (event) => this.tell(event),
    });
  }

  private async startWorkers(bundle: string): Promise<void> {
    const { plan, seed } = this.options;
    for (let index = 0; index < plan.workers; index++) {
      const worker = new WorkerProcess((how) => {
        this.tell({ t: now(), f: 'exit', instance: `worker ${index}`, isInjected: false, how });
      });
      this.workers.push(worker);
      await worker.do({
        type: 'start',
        options: {
          seed,
          plan,
          world: this.world,
          share: { index, of: plan.workers },
          bundle,
          baseUrl: this.baseUrl,
          instanceUrls: this.instances.map((instance) => `http://127.0.0.1:${instance.options.port}`),
          files: this.files(index),
        },
      });
    }
  }
}

/** In a process of its own: the engine of the migrations can be used once. */
async function migrate(url: string): Promise<void> {
  const command = ['--no-warnings', '--import', 'tsx', 'src/server/cli/migrate.ts'];
  const env = environmentWith({
    DATABASE_URL: url,
    NODE_ENV: 'test',
    NEXTAUTH_SECRET: signingKey,
    LOG_LEVEL: 'warn',
  });
  await promisify(execFile)(process.execPath, command, { cwd: root, env });
}

/** Past the links: what the rig does to the database must arrive. */
function adminPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => undefined);
  return pool;
}

const smallDiskMb = 320;
/** On a small disk the log must not take it all by itself. */
function clusterOptions({ postgres = [], hasSmallDisk }: RigOptions): [string[], number?] {
  if (!hasSmallDisk) return [[...postgres]];
  return [[...postgres, 'min_wal_size=32MB', 'max_wal_size=64MB'], smallDiskMb];
}
