import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A browser's HTTP proxy that lets pages through but can refuse their calls: the server is there, and yet
 * nothing can be asked or told. Unlike a broken network it lets a page be loaded meanwhile.
 */
export class Gate implements AsyncDisposable {
  isShut = false;
  private readonly tunnels = new Set<Duplex>();

  private constructor(
    private readonly proxy: Server,
    private readonly target: { host: string; port: number },
  ) {}

  static async to(baseUrl: string): Promise<Gate> {
    const { hostname, port } = new URL(baseUrl);
    const proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const gate = new Gate(proxy, { host: hostname, port: Number(port || 80) });
    proxy.on('request', (req, res) => gate.forward(req, res));
    proxy.on('connect', (_req, socket) => gate.tunnel(socket));
    return gate;
  }

  /** For a browser context's `proxy`. */
  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** Refuses calls until `open`, and cuts the sockets that stand. */
  shut(): void {
    this.isShut = true;
    for (const socket of this.tunnels) socket.destroy();
  }

  open(): void {
    this.isShut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.tunnels) socket.destroy();
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  /** Pages and HTTP calls: a browser names the whole address to a proxy. */
  private forward(req: IncomingMessage, res: ServerResponse): void {
    const { pathname, search } = new URL(req.url ?? '', 'http://proxy');
    if (this.isShut && pathname.startsWith('/api/')) return void req.socket.destroy();
    const { method, headers } = req;
    const onward = request({ ...this.target, path: pathname + search, method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  }

  /** WebSockets. */
  private tunnel(near: Duplex): void {
    near.on('error', () => near.destroy());
    if (this.isShut) return void near.destroy();
    const far: Socket = connect(this.target, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.tunnels.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.tunnels.delete(one);
        other.destroy();
      });
    }
  }
}
