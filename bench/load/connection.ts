import { WebSocket } from 'ws';
import type { Client, Dialect } from './dialect';

const openMs = 60_000;

/** One client's connection, in any dialect. */
export class Connection {
  private readonly answers = new Map<number, () => void>();
  private calls = 1;
  private subscribed: (() => void) | null = null;

  private constructor(
    readonly socket: WebSocket,
    private readonly dialect: Dialect,
    private readonly client: Client,
    private readonly onFrame: (frame: string) => void,
  ) {
    socket.on('message', (data: Buffer) => this.hear(data.toString()));
  }

  /** @param onFrame hears of every frame that is neither an answer nor a sign of life */
  static async open(
    url: string,
    dialect: Dialect,
    client: Client,
    onFrame: (frame: string) => void,
  ): Promise<Connection> {
    const origin = new URL(url.replace(/^ws/, 'http')).origin;
    const socket = new WebSocket(url + dialect.path, { perMessageDeflate: false, origin });
    // Each call that waits listens for the socket's end.
    socket.setMaxListeners(0);
    await settled(socket, (resolve) => socket.once('open', resolve));
    const hello = dialect.hello(client);
    for (const frame of hello) socket.send(frame);
    if (hello.length > 0 && !dialect.isOpen(''))
      await settled(socket, (resolve) => {
        const listen = (data: Buffer) => {
          if (!dialect.isOpen(data.toString())) return;
          socket.off('message', listen);
          resolve();
        };
        socket.on('message', listen);
      });
    return new Connection(socket, dialect, client, onFrame);
  }

  subscribe(): Promise<void> {
    return settled(this.socket, (resolve) => {
      this.subscribed = resolve;
      this.socket.send(this.dialect.subscribe(this.client));
    });
  }

  /** Resolves when the server has acknowledged the text. */
  send(text: string): Promise<void> {
    const call = ++this.calls;
    return settled(this.socket, (resolve) => {
      this.answers.set(call, resolve);
      this.socket.send(this.dialect.send(this.client, call, text));
    });
  }

  private hear(frame: string): void {
    const pong = this.dialect.pong(frame);
    if (pong !== null) return this.socket.send(pong);
    const call = this.dialect.answered(frame);
    if (call !== null) {
      this.answers.get(call)?.();
      this.answers.delete(call);
      return;
    }
    if (this.subscribed && this.dialect.isSubscribed(frame)) {
      this.subscribed();
      this.subscribed = null;
      return;
    }
    this.onFrame(frame);
  }
}

/** Settles as `begin` does, or fails when the socket does first. */
function settled(socket: WebSocket, begin: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('The server did not answer.')), openMs);
    const fail = (cause: Error) => (stop(), reject(cause));
    const onClose = (code: number) => fail(new Error(`The socket was closed (${code}).`));
    const stop = () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', onClose);
    };
    socket.on('error', fail);
    socket.on('close', onClose);
    begin(() => (stop(), resolve()));
  });
}
