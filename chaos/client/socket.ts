import { WebSocket } from 'ws';

/** What the browser's listeners get; `isTrusted` tells what the network did from what a page made up. */
export class WireEvent {
  readonly isTrusted: boolean;
  readonly data: unknown;
  readonly code: number | undefined;
  readonly reason: string | undefined;
  isStopped = false;

  constructor(
    readonly type: string,
    init: { isTrusted?: boolean; data?: unknown; code?: number; reason?: string } = {},
  ) {
    this.isTrusted = init.isTrusted ?? false;
    this.data = init.data;
    this.code = init.code;
    this.reason = init.reason;
  }

  stopImmediatePropagation(): void {
    this.isStopped = true;
  }
}

/** What a page makes up itself is an `Event` of the language's own. */
type Listener = (this: unknown, event: WireEvent | Event) => void;
export type WireHost = {
  origin: string;
  onOpen(): void;
  /** After `onOpen`, once. */
  onClose(): void;
  onBytes(text: string): void;
  /** Whether the page still lives and its browser has a network. */
  isUp(): boolean;
  sockets: Set<{ terminate(): void }>;
};

/** A browser's WebSocket for one page, over `ws`: the same events, states and origin. */
export const socketFor = (host: WireHost) =>
  class WireSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    private readonly listeners = new Map<string, Set<Listener>>();
    private readonly wire: WebSocket;

    constructor(url: string) {
      this.wire = new WebSocket(url, { origin: host.origin, perMessageDeflate: false });
      const { wire } = this;
      if (!host.isUp()) setImmediate(() => wire.terminate());
      host.sockets.add(wire);
      const tell = (event: WireEvent) => this.dispatchEvent(event);
      wire.on('open', () => {
        host.onOpen();
        wire.once('close', () => host.onClose());
        tell(new WireEvent('open', { isTrusted: true }));
      });
      wire.on('message', (bytes: Buffer) => {
        const data = bytes.toString();
        host.onBytes(data);
        tell(new WireEvent('message', { isTrusted: true, data }));
      });
      wire.on('error', () => tell(new WireEvent('error', { isTrusted: true })));
      wire.on('close', (code, reason) => {
        host.sockets.delete(wire);
        tell(new WireEvent('close', { isTrusted: true, code, reason: reason.toString() }));
      });
    }

    get readyState(): number {
      return this.wire.readyState;
    }

    send(data: string): void {
      if (this.wire.readyState === WebSocket.OPEN) this.wire.send(data);
    }

    close(code?: number, reason?: string): void {
      this.wire.close(code, reason);
    }

    addEventListener(type: string, listener: Listener): void {
      const set = this.listeners.get(type) ?? new Set();
      this.listeners.set(type, set.add(listener));
    }

    removeEventListener(type: string, listener: Listener): void {
      this.listeners.get(type)?.delete(listener);
    }

    dispatchEvent(event: WireEvent | Event): boolean {
      for (const listener of [...(this.listeners.get(event.type) ?? [])]) {
        if (event instanceof WireEvent && event.isStopped) break;
        listener.call(this, event);
      }
      return true;
    }
  };
