import { WebSocket } from 'ws';
import type { Rig } from './rig';

/** A client that asks for everything of a thread again and again, and takes nothing of it. */
export class StalledReader {
  private readonly socket: WebSocket;
  private readonly openedMs = Date.now();
  /** How long the server bore with it; null while it still does. */
  cutAfterMs: number | null = null;

  constructor(rig: Rig, { port, secret, threadId }: { port: number; secret: string; threadId: string }) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc?connectionParams=1`, {
      origin: rig.baseUrl,
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.cutAfterMs ??= Date.now() - this.openedMs));
    this.socket.on('open', () => {
      this.socket.send(JSON.stringify({ method: 'connectionParams', data: { visitor: secret } }));
      for (let id = 1; id <= 20; id++) this.ask(id, threadId);
      // Its kernel fills up, then the server's, then the server's own buffer.
      this.socket.pause();
    });
  }

  close(): void {
    this.socket.terminate();
  }

  private ask(id: number, threadId: string): void {
    const params = { path: 'thread.onEvent', input: { threadId } };
    this.socket.send(JSON.stringify({ id, method: 'subscription', params }));
  }
}
