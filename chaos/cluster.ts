import { execFile, execFileSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../bin/port.mjs';
import { findPostgres, makeClusterFolder, type Owner } from '../bin/postgres-places.mjs';

const run = promisify(execFile);
const waitSeconds = 60;
/** After a full disk it recovers by itself, or is started again. */
const recoveryMaxMs = 5_000;

export type StopMode = 'fast' | 'immediate' | 'kill';

/** A PostgreSQL of the rig's own: always on the same port, durable, and open to every violence. */
export class Cluster {
  private readonly home: string;
  private readonly owner: Owner;
  private readonly folder: string;
  private readonly settings: readonly string[];
  readonly port: number;
  readonly hasSmallDisk: boolean;

  private constructor(made: {
    home: string;
    owner: Owner;
    folder: string;
    port: number;
    settings: readonly string[];
    hasSmallDisk: boolean;
  }) {
    ({ home: this.home, owner: this.owner, folder: this.folder } = made);
    ({ port: this.port, settings: this.settings, hasSmallDisk: this.hasSmallDisk } = made);
  }

  /**
   * @param settings more of `name=value` for the server
   * @param smallDiskMb puts its files on a disk in memory of this size, which needs the rights to mount one
   */
  static async make(dir: string, settings: readonly string[] = [], smallDiskMb?: number): Promise<Cluster> {
    const { home, owner } = findPostgres();
    const folder = makeClusterFolder(dir, owner);
    if (smallDiskMb !== undefined) mountSmallDisk(folder, smallDiskMb, owner);
    const port = await freePort();
    const cluster = new Cluster({
      home,
      owner,
      folder,
      port,
      settings,
      hasSmallDisk: smallDiskMb !== undefined,
    });
    // Without passwords: it lives for one run, on the loopback address, and holds made-up words.
    const options = ['-U', 'foyer', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await cluster.tool('initdb', ['-D', cluster.data, ...options]);
    await cluster.start();
    return cluster;
  }

  url(port = this.port): string {
    return `postgresql://foyer@127.0.0.1:${port}/foyer`;
  }

  async start(): Promise<void> {
    const settings = [
      `port=${this.port}`,
      'listen_addresses=127.0.0.1',
      "unix_socket_directories=''",
      'max_connections=100',
      'shared_buffers=128MB',
      ...['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'jit=off'],
      ...this.settings,
    ];
    const options = settings.map((setting) => `-c ${setting}`).join(' ');
    const start = ['start', '-D', this.data, '-l', path.join(this.folder, 'postgres.log'), '-w'];
    // After a murder its last children may still hold the shared memory for a moment.
    for (let attempt = 0; ; attempt++)
      try {
        return void (await this.tool('pg_ctl', [...start, '-t', String(waitSeconds), '-o', options]));
      } catch (cause) {
        if (attempt >= 20) throw cause;
        await delay(200);
      }
  }

  async stop(mode: StopMode): Promise<void> {
    if (mode !== 'kill') {
      await this.tool('pg_ctl', ['stop', '-D', this.data, '-m', mode, '-w', '-t', String(waitSeconds)]);
      return;
    }
    for (const pid of this.pids()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went by itself, as its parent did.
      }
    }
  }

  /** Keeps a cold copy of the data as it is now. */
  async copy(): Promise<void> {
    await this.stop('fast');
    rmSync(this.copyFolder, { recursive: true, force: true });
    this.clone(this.data, this.copyFolder);
    await this.start();
  }

  /** Puts the copy in the place of what there is. The caller renews the epoch, as a restoring person does. */
  async restore(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.data, { recursive: true, force: true });
    this.clone(this.copyFolder, this.data);
    await this.start();
  }

  async remove(): Promise<void> {
    if (existsSync(path.join(this.data, 'postmaster.pid')))
      await this.stop('immediate').catch(() => undefined);
    if (this.hasSmallDisk) execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Leaves no byte of a small disk free. @returns how many it took */
  fillDisk(): number {
    const file = openSync(this.filler, 'w');
    const nothing = Buffer.alloc(64 * 1024);
    let bytes = 0;
    try {
      for (;;) bytes += writeSync(file, nothing);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) throw cause;
      return bytes;
    } finally {
      closeSync(file);
    }
  }

  /** Gives the disk back, and starts the server if it has given up meanwhile. */
  async freeDisk(): Promise<void> {
    rmSync(this.filler);
    const deadline = Date.now() + recoveryMaxMs;
    while (!(await this.doesAnswer())) {
      if (Date.now() > deadline) {
        await this.stop('immediate').catch(() => undefined);
        return this.start();
      }
      await delay(200);
    }
  }

  private async doesAnswer(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private get filler(): string {
    return path.join(this.folder, 'filler');
  }

  private get data(): string {
    return path.join(this.folder, 'data');
  }

  private get copyFolder(): string {
    return path.join(this.folder, 'copy');
  }

  private clone(from: string, to: string): void {
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
    if (this.owner) execFileSync('chown', ['-R', `${this.owner.uid}:${this.owner.gid}`, to]);
  }

  /** The postmaster and its children, which are killed together: none may flush what the others left. */
  private pids(): number[] {
    const file = path.join(this.data, 'postmaster.pid');
    if (!existsSync(file)) return [];
    const parent = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const children = path.join('/proc', String(parent), 'task', String(parent), 'children');
    const listed = existsSync(children) ? readFileSync(children, 'utf8').trim().split(' ') : [];
    return [parent, ...listed.filter(Boolean).map(Number)];
  }

  private tool(name: string, args: string[]) {
    return run(path.join(this.home, 'bin', name), args, {
      cwd: this.home,
      env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
      ...(this.owner && { uid: this.owner.uid, gid: this.owner.gid }),
    });
  }
}

function mountSmallDisk(folder: string, sizeMb: number, owner: Owner): void {
  const as = owner ? `,uid=${owner.uid},gid=${owner.gid}` : '';
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0700${as}`, 'tmpfs', folder]);
}
