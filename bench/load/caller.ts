import { WebSocket } from 'ws';

/** Calls over one open socket, one at a time, without a client library: what is measured is the server. */
export class Caller {
  private calls = 0;
  private waiting: { resolve(frame: string): void; reject(cause: Error): void } | null = null;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const frame = data.toString();
      if (frame === 'PING') return socket.send('PONG');
      const { waiting } = this;
      this.waiting = null;
      if (frame.includes('"error"')) waiting?.reject(new Error(`The server refused a call: ${frame}`));
      else waiting?.resolve(frame);
    });
    socket.on('close', (code) => this.waiting?.reject(new Error(`The socket was closed (${code}).`)));
  }

  static async open(wsUrl: string, secret: string): Promise<Caller> {
    const origin = wsUrl.replace(/^ws/, 'http');
    const socket = new WebSocket(`${wsUrl}/api/trpc?connectionParams=1`, {
      perMessageDeflate: false,
      origin,
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ method: 'connectionParams', data: { visitor: secret, name: 'Bench' } }));
    return new Caller(socket);
  }

  /** @returns the answer's frame */
  query(path: string, input: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.send(JSON.stringify({ id: ++this.calls, method: 'query', params: { path, input } }));
    });
  }
}
