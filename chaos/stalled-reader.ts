import { WebSocket } from 'ws';
import { pageSizeMax } from '@/shared/limits';
import { isHeld } from './open-connections';
import type { Rig } from './rig';

/** Pages of the long thread; together they are more than the kernels of both ends hold for a reader that takes nothing. */
const asked = 80;

/** A client that asks for a large page again and again, and takes nothing of it. */
export class StalledReader {
  private readonly socket: WebSocket;
  private clientPort = 0;

  constructor(
    rig: Rig,
    private readonly port: number,
    secret: string,
  ) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc?connectionParams=1`, {
      origin: rig.baseUrl,
    });
    this.socket.on('error', () => undefined);
    this.socket.on('upgrade', (answer) => (this.clientPort = answer.socket.localPort ?? 0));
    this.socket.on('open', () => {
      this.socket.send(JSON.stringify({ method: 'connectionParams', data: { visitor: secret } }));
      this.socket.pause();
      const params = {
        path: 'message.list',
        input: { threadId: rig.world.longThreadId, limit: pageSizeMax },
      };
      for (let id = 1; id <= asked; id++) this.socket.send(JSON.stringify({ id, method: 'query', params }));
    });
  }

  get hasOpened(): boolean {
    return this.clientPort > 0;
  }

  /** Whether the server still bears with it. */
  isHeld(): boolean {
    return this.clientPort > 0 && isHeld(this.port, this.clientPort) === true;
  }

  close(): void {
    this.socket.terminate();
  }
}
