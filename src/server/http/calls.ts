import type { ServerResponse } from 'node:http';

const pollMs = 20;

/** The answers that are being made, so that a process that stops can finish them. */
export class Calls {
  private readonly open = new Set<ServerResponse>();
  private isEnding = false;

  add(res: ServerResponse): void {
    this.open.add(res);
    res.on('close', () => this.open.delete(res));
    if (this.isEnding) res.setHeader('connection', 'close');
  }

  get size(): number {
    return this.open.size;
  }

  /** From now on every answer is the last one on its connection. */
  endConnections(): void {
    this.isEnding = true;
    for (const res of this.open) if (!res.headersSent) res.setHeader('connection', 'close');
  }

  /** Resolves when only event streams are left, which never finish by themselves, or after `withinMs`. */
  async finished(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline && [...this.open].some((res) => !isStream(res)))
      await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const isStream = (res: ServerResponse): boolean =>
  String(res.getHeader('content-type') ?? '').startsWith('text/event-stream');
