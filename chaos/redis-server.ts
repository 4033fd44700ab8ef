import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../bin/port.mjs';
import { findRedis } from '../bin/redis.mjs';

/** A Redis of the rig's own that keeps nothing, on one port for its whole life. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
  ) {}

  /** @returns null where none is installed */
  static async make(): Promise<RedisServer | null> {
    const program = findRedis();
    if (!program) return null;
    const server = new RedisServer(program, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const settings = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(
      String,
    );
    this.child = spawn(this.program, settings, { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100; attempt++) {
      if (
        await this.ask(['PING']).then(
          () => true,
          () => false,
        )
      )
        return;
      await delay(100);
    }
    throw new Error('Redis did not start.');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await ended;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(name);
  }

  /** One command over a connection of its own. */
  async ask([command, ...args]: [string, ...(string | number)[]]): Promise<unknown> {
    const client = new Redis(this.url, {
      lazyConnect: true,
      retryStrategy: () => null,
      connectTimeout: 1_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }
}
