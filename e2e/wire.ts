import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A connection's two ends. */
type Pair = { near: Socket; far: Socket; isDead: boolean };

/**
 * The network between one browser and the server, as a SOCKS5 proxy: it can be slow, break, or swallow
 * everything without a word. Unlike a browser's own emulation it does this to open sockets too.
 */
export class Wire implements AsyncDisposable {
  /** How late everything from the server comes, milliseconds. */
  delayMs = 0;
  private readonly pairs = new Set<Pair>();
  private isBroken = false;
  private isSwallowing = false;

  private constructor(
    private readonly proxy: Server,
    private readonly target: { host: string; port: number },
  ) {}

  static async to(baseUrl: string): Promise<Wire> {
    const { hostname, port } = new URL(baseUrl);
    const proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const wire = new Wire(proxy, { host: hostname, port: Number(port || 80) });
    proxy.on('connection', (socket) => wire.greet(socket));
    return wire;
  }

  /** For a browser context's `proxy`. */
  get url(): string {
    return `socks5://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** Closes every open connection; new ones work. */
  cut(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Closes every open connection, and refuses new ones until `mend`. */
  break(): void {
    this.isBroken = true;
    this.cut();
  }

  /** Lets connections stand and carry nothing: those of now for ever, new ones until `mend`. */
  swallow(): void {
    this.isSwallowing = true;
    for (const pair of this.pairs) pair.isDead = true;
  }

  mend(): void {
    this.isBroken = this.isSwallowing = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  /** SOCKS5: a greeting without a password, then the address, which is always the server's. */
  private greet(near: Socket): void {
    near.on('error', () => near.destroy());
    if (this.isBroken) return void near.destroy();
    near.once('data', () => {
      near.write(Buffer.from([5, 0]));
      near.once('data', () => this.join(near));
    });
  }

  private join(near: Socket): void {
    const far = connect(this.target);
    const pair: Pair = { near, far, isDead: this.isSwallowing };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => setTimeout(end, pair.isDead ? 60_000 : this.delayMs).unref());
    }
    far.once('connect', () => near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
    near.on('data', (bytes) => !pair.isDead && far.write(bytes));
    far.on('data', (bytes) => {
      const deliver = () => !pair.isDead && near.writable && near.write(bytes);
      if (this.delayMs > 0) setTimeout(deliver, this.delayMs);
      else deliver();
    });
  }
}
