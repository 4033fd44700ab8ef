import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { isHeld } from './open-connections';
import type { Rig } from './rig';

/** More than the kernels of both ends hold for a reader that takes nothing. */
const askedBytes = 24 * 1024 * 1024;

/** A client that asks for a thread's newest page again and again, and takes nothing of it. */
export class StalledReader {
  private readonly socket: WebSocket;
  private clientPort = 0;

  private constructor(
    rig: Rig,
    private readonly port: number,
    { secret, threadId, times }: { secret: string; threadId: string; times: number },
  ) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc?connectionParams=1`, {
      origin: rig.baseUrl,
    });
    this.socket.on('error', () => undefined);
    this.socket.on('upgrade', (answer) => (this.clientPort = answer.socket.localPort ?? 0));
    this.socket.on('open', () => {
      this.socket.send(JSON.stringify({ method: 'connectionParams', data: { visitor: secret } }));
      this.socket.pause();
      void this.ask(threadId, times);
    });
  }

  /** @returns null while the thread is too short to fill anything */
  static async open(
    rig: Rig,
    { port, secret, threadId }: { port: number; secret: string; threadId: string },
  ): Promise<StalledReader | null> {
    const input = encodeURIComponent(JSON.stringify({ threadId, limit: 100 }));
    const answer = await fetch(`http://127.0.0.1:${port}/api/trpc/message.list?input=${input}`, {
      headers: { 'x-foyer-visitor': secret },
      signal: AbortSignal.timeout(10_000),
    });
    const size = (await answer.text()).length;
    if (!answer.ok || size < 4_000) return null;
    return new StalledReader(rig, port, { secret, threadId, times: Math.ceil(askedBytes / size) });
  }

  /** Whether the server still bears with it. */
  isHeld(): boolean {
    return this.clientPort > 0 && isHeld(this.port, this.clientPort) === true;
  }

  close(): void {
    this.socket.terminate();
  }

  private async ask(threadId: string, times: number): Promise<void> {
    const params = { path: 'message.list', input: { threadId, limit: 100 } };
    for (let id = 1; id <= times && this.socket.readyState === WebSocket.OPEN; id++) {
      this.socket.send(JSON.stringify({ id, method: 'query', params }));
      if (id % askedAtOnce === 0) await delay(50);
    }
  }
}

const askedAtOnce = 20;
