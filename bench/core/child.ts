import { execFile, fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '..', '..');
const startMs = 60_000;

/** A process of the bench: it says `ready` once and answers each call with one message. */
export class Child {
  private next = 0;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>();

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    readonly ready: unknown,
  ) {
    child.on('message', (message: { re?: number; value?: unknown; error?: string }) => {
      if (message.re === undefined) return;
      const call = this.waiting.get(message.re);
      this.waiting.delete(message.re);
      if (message.error === undefined) call?.resolve(message.value);
      else call?.reject(new Error(message.error));
    });
    child.on('exit', (code, signal) => {
      for (const { reject } of this.waiting.values())
        reject(new Error(`The process ended (${signal ?? code}) before it answered.`));
      this.waiting.clear();
    });
  }

  /** Runs a program of the project to its end; gives what it printed. */
  static async run(args: string[], env: Record<string, string> = {}): Promise<string> {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return stdout;
  }

  /**
   * @param file below the project, TypeScript or not
   * @param nodeArgs more for Node
   */
  static async start(
    file: string,
    env: Record<string, string> = {},
    nodeArgs: readonly string[] = [],
  ): Promise<Child> {
    const child = fork(path.join(root, file), {
      cwd: root,
      execArgv: [...(file.endsWith('.ts') ? ['--import', 'tsx'] : []), '--expose-gc', ...nodeArgs],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ready = await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${file} was not ready in time.`)), startMs);
      child.once('message', (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`${file} ended (${signal ?? code}) before it was ready.`));
      });
    });
    if (child.pid === undefined) throw new Error(`${file} has no process.`);
    return new Child(child, child.pid, ready);
  }

  call<T>(method: string, input: unknown = null): Promise<T> {
    const re = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(re, { resolve, reject });
      this.child.send({ re, method, input });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(deadline);
  }
}

/** In the process itself: answers calls, and ends with the one that started it. */
export function answer(methods: Record<string, (input: never) => unknown>, ready: unknown): void {
  process.on('message', (message: { re: number; method: string; input: unknown }) => {
    void (async () => {
      try {
        const method = methods[message.method];
        if (!method) throw new Error(`There is no method "${message.method}".`);
        process.send?.({ re: message.re, value: await method(message.input as never) });
      } catch (cause) {
        process.send?.({ re: message.re, error: cause instanceof Error ? cause.message : String(cause) });
      }
    })();
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}
