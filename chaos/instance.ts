import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, createWriteStream, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { now, type Event } from './history';
import { roomsIn } from './message-row';

export type InstanceOptions = {
  name: string;
  port: number;
  program: string;
  /** More for Node: a smaller heap, say. */
  nodeArgs?: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Says by how many milliseconds its clock is wrong. */
  clockFile: string;
  tell(event: Event): void;
};
export type StartOptions = {
  /** Milliseconds that its clock is ahead. */
  clockMs?: number;
  /** Where its log goes instead of to the rig. */
  logTo?: string;
};

const readyMaxMs = 60_000;
/** A line of the log from this level on is a complaint: 50 is "error". */
const complaintLevel = 50;

/** One process of the product, which is killed, stopped and started again. */
export class Instance {
  private child: ChildProcess | undefined;
  private isExpected = false;

  constructor(readonly options: InstanceOptions) {}

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** From now on its clock is wrong by so much. */
  setClock(aheadMs: number): void {
    writeFileSync(this.options.clockFile, String(aheadMs));
  }

  /** Starts it and waits until it serves. */
  async start({ clockMs = 0, logTo }: StartOptions = {}): Promise<void> {
    const { nodeArgs = [], program, env } = this.options;
    this.setClock(clockMs);
    const loader = path.join(import.meta.dirname, 'shifted-clock.mjs');
    const log = logTo === undefined ? 'pipe' : openSync(logTo, 'w');
    const args = ['--enable-source-maps', '--trace-warnings', '--import', loader, ...nodeArgs, program];
    const child = spawn(process.execPath, args, {
      env: { ...env, CHAOS_CLOCK: this.options.clockFile },
      stdio: ['ignore', log, log, 'ipc'],
    });
    if (typeof log === 'number') closeSync(log);
    this.child = child;
    this.isExpected = false;
    this.watch(child);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} was not ready in time.`)), readyMaxMs);
      child.once('exit', () => reject(new Error(`${this.name} ended before it was ready.`)));
      child.on('message', () => resolve());
      child.once('message', () => clearTimeout(late));
    });
  }

  /** Murder. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** The polite way: it drains. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.child?.pid) process.kill(this.child.pid, name);
  }

  /** Its memory and its open files now; null while it does not run. */
  sample(): Event | null {
    if (!this.pid) return null;
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      const rssMb = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
      const fds = readdirSync(`/proc/${this.pid}/fd`).length;
      return { t: now(), f: 'sample', instance: this.name, rssMb, fds };
    } catch {
      return null; // It ended a moment ago, or this system does not tell.
    }
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.isExpected = true;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGCONT');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 25_000);
    await ended;
    clearTimeout(force);
  }

  private watch(child: ChildProcess): void {
    const { name, logFile, tell } = this.options;
    const file = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          file.write(`${line}\n`);
          this.read(line);
        });
    child.on('exit', (code, signal) => {
      if (this.child === child) this.child = undefined;
      const how = signal ?? `code ${code}`;
      tell({ t: now(), f: 'exit', instance: name, isInjected: this.isExpected, how });
    });
  }

  private read(line: string): void {
    const { name, tell } = this.options;
    for (const room of roomsIn(line)) tell({ t: now(), f: 'bytes', ident: name, channel: 'log', room });
    const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0);
    const isLoud = level >= complaintLevel || /unhandled|uncaught|MaxListenersExceeded/i.test(line);
    if (isLoud) tell({ t: now(), f: 'log', instance: name, line: line.slice(0, 400) });
  }
}
